// Sends what send_python.py sends, through Segment's SDK for Node: node send_node.cjs MODULES HOST NAME
const [modules, host, name] = process.argv.slice(2)
const { Analytics } = require(require.resolve('@segment/analytics-node', { paths: [modules] }))

const failures = []
const analytics = new Analytics({ writeKey: 'WRITEKEY', host, flushAt: 20, flushInterval: 200, maxRetries: 5 })
analytics.on('error', (error) => failures.push(error))
const timestamp = new Date('2026-03-01T09:00:00Z')
const userId = `user-${name}`
analytics.identify({ userId, traits: { email: `${name}@acme.test`, name: 'Ann', createdAt: timestamp }, timestamp })
analytics.group({ userId, groupId: `acme-${name}`, traits: { name: 'Acme', plan: 'pro', employees: 42 }, timestamp })
analytics.group({ userId, groupId: `beta-${name}`, traits: { name: 'Beta' }, timestamp })
for (const [groupId, projectId, messageId] of [[`acme-${name}`, 'p9', `1-${name}`], [`beta-${name}`, 'p10', `2-${name}`]]) {
  analytics.track({ userId, event: 'Project Created', properties: { projectId }, context: { groupId }, timestamp, messageId })
}
analytics.track({ anonymousId: `anon-${name}`, event: 'Landing Viewed' })
analytics.alias({ previousId: `anon-${name}`, userId })
analytics.page({ userId, category: 'Docs', name: 'Pricing', properties: { url: 'https://x.test/pricing' } })
analytics.screen({ userId, name: 'Home' })
analytics.closeAndFlush({ timeout: 20_000 }).then(() => {
  if (failures.length > 0) {
    console.error(failures)
    process.exitCode = 1
  }
})
