export const meta = {
  name: 'rlm-read-parts',
  // Short: the client cuts the skills' descriptions where all of them together pass a hundredth of its window.
  description: 'Reads the parts of an order of `rlm ask`',
  phases: [
    { title: 'Read', detail: 'one sub-agent a part, as many at once as the client allows' },
    { title: 'Again', detail: 'parts that no sub-agent has reported' },
  ],
}

// The parts were cut by `rlm ask` beforehand, and it reads the sub-agents' reports from their transcripts afterwards:
// a finding comes back to the conversation only when its quote stands in the text. So this script hands on nothing but
// which parts were read.
const AGENT = 'archive-explorer' // which has Read, Grep and Glob
const MOST = 450 // parts of one run: each may be read twice, and a run may start 1,000 sub-agents

const TEXT = { type: 'string' }
const FINDING = {
  type: 'object',
  properties: { quote: TEXT, claim: TEXT, location: TEXT, subject: TEXT, value: TEXT },
  required: ['quote', 'location'],
}
const REPORT = {
  type: 'object',
  properties: { findings: { type: 'array', items: FINDING } },
  required: ['findings'],
}

function checked(given) {
  const { order, parts, file, only } = typeof given === 'string' ? JSON.parse(given) : given || {}
  if (!/^order-[0-9a-f]{8}$/.test(order)) throw new Error('args.order: the name that `rlm ask --leaf native` printed')
  if (!Number.isInteger(parts) || parts < 1) throw new Error('args.parts: how many parts the order has')
  if (typeof file !== 'string' || !file.endsWith(order + '.md')) throw new Error('args.file: the file of the order')
  const all = Array.from({ length: parts }, (_, n) => n + 1)
  const wanted = Array.isArray(only) ? all.filter((n) => only.includes(n)) : all
  return { order, file, parts, wanted }
}

const { order, file, parts, wanted } = checked(args)

function reads(phase) {
  return (number) => {
    const name = `${order}/${number}`
    const told = { agentType: AGENT, schema: REPORT, label: name, phase }
    return () => agent(`${name}: read ${file}, and do what it says of ${name}`, told).then((report) => report && number)
  }
}

async function round(title, numbers) {
  phase(title)
  const done = new Set(await parallel(numbers.map(reads(title))))
  return numbers.filter((number) => !done.has(number))
}

const now = wanted.slice(0, MOST)
const later = wanted.slice(MOST)
let missing = await round('Read', now)
if (missing.length) missing = await round('Again', missing)
if (later.length) log(`${later.length} parts are for another run: args.only names them`)

return {
  order,
  parts,
  read: now.length - missing.length,
  missing: missing.map((number) => `${order}/${number}`),
  only: later,
  next: `the same rlm ask command once more with --findings ${order}: code reads the reports, checks and counts`,
}
