// Prints what graphql-http's audits say of the service at the address that is the second argument; the first one is the
// folder that holds node_modules.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(pathToFileURL(`${process.argv[2]}/package.json`));
const { auditServer } = require('graphql-http');
const found = await auditServer({ url: process.argv[3], fetchFn: fetch });
console.log(JSON.stringify(found.map(({ id, name, status, reason }) => ({ id, name, status, reason }))));
