"""Print the schema into `api/schema.graphql`: `python -m api.graphql.schema`."""

from pathlib import Path

from api.graphql.schema import printed

Path("api/schema.graphql").write_text(printed(), encoding="utf-8")
