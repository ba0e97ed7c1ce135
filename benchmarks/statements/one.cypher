// One organisation by its id.
MATCH (o:Organisation {id: $id})
RETURN [{id: o.id, name: o.name, domain: o.domain}] AS answer
