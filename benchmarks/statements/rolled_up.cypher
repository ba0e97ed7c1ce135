// Every organisation's stored roll-ups.
MATCH (o:Organisation)
RETURN o.id AS id, [name IN $names | o[name]] AS values
