// Return the stored roll-ups of every organisation.
MATCH (o:Organisation)
RETURN o.id AS id, [name IN $names | o[name]] AS values
