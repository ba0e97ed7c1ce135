// Neo4j's own semantic analysis of statements: reads {schema, statements: [{name, text, parameters}]} from standard
// input, prints [{name, line, severity, message, found, of}] where `of` is the types of the variable whose property
// `found` is. Its one argument is the folder that holds node_modules.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(pathToFileURL(`${process.argv[2]}/package.json`));
const support = require('@neo4j-cypher/language-support');

function typesOf(text, offset, tables) {
  const owner = /([A-Za-z_]\w*)\s*\.\s*$/.exec(text.slice(0, offset));
  if (!owner) return null;
  const symbol = tables.flat().find((s) => s.variable === owner[1] && s.references.includes(owner.index));
  return symbol ? symbol.types : [];
}

const { schema, statements } = JSON.parse(readFileSync(0, 'utf8'));
const findings = statements.flatMap(({ name, text, parameters }) => {
  const known = { ...schema, parameters: Object.fromEntries(parameters.map((p) => [p, ''])) };
  const { diagnostics, symbolTables } = support.lintCypherQuery(text, known);
  return diagnostics.map(({ severity, message, range, offsets }) => ({
    name,
    line: range.start.line + 1,
    severity,
    message,
    found: text.slice(offsets.start, offsets.end),
    of: typesOf(text, offsets.start, symbolTables ?? []),
  }));
});
process.stdout.write(JSON.stringify(findings));
