// @neo4j/graphql on Node's own HTTP server: the library as its makers ship it, every document parsed and validated once.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, types] = process.argv.slice(2);
const from = createRequire(join(folder, "package.json"));
const { Neo4jGraphQL } = from("@neo4j/graphql");
const { parse, validate, execute } = from("graphql");
const neo4j = from("neo4j-driver");

const auth = neo4j.auth.basic("neo4j", process.env.PEER_PASSWORD);
const driver = neo4j.driver(process.env.PEER_URI, auth);
const schema = await new Neo4jGraphQL({ typeDefs: readFileSync(types, "utf8"), driver }).getSchema();
const documents = new Map();

function documentOf(query) {
  let known = documents.get(query);
  if (known === undefined) {
    known = parse(query);
    const errors = validate(schema, known);
    if (errors.length > 0) throw errors[0];
    documents.set(query, known);
  }
  return known;
}

async function answer(body) {
  const { query, variables } = JSON.parse(body);
  return execute({ schema, document: documentOf(query), variableValues: variables, contextValue: {} });
}

const server = createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", async () => {
    let told;
    try {
      told = await answer(Buffer.concat(parts).toString());
    } catch (error) {
      told = { errors: [{ message: String(error) }] };
    }
    const content = Buffer.from(JSON.stringify(told));
    response.writeHead(told.errors ? 400 : 200, { "content-type": "application/json", "content-length": content.length });
    response.end(content);
  });
});

server.listen(0, "127.0.0.1", () => console.log(`@neo4j/graphql answers at http://127.0.0.1:${server.address().port}`));
process.on("SIGTERM", () => process.exit(0));
