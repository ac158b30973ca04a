// Keys. A link or button says by data-key="d" which key presses it ("g t": first g, then t), and by
// data-keys-help="Done" how the list of keys names it. j and k walk through the rows of [data-walk],
// Enter opens one, x selects it, / goes to the search, ? lists the keys. Where something lies over
// the page, only its own keys count. Scripts that have keys for more add them to general.

// Single keys can be in the way of who speaks to the machine: the list of keys turns them off.
const areOff = () => localStorage.getItem('keys') === 'off'

let begun = '' // the first key of a sequence
const walks = ['j', 'k', 'ArrowDown', 'ArrowUp'] // that do no more when they are held down

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (event.key === 'Shift' || isTyping(event.target)) return
  if (areOff() && event.key !== '?' && event.key !== 'Escape') return
  if (event.repeat && !walks.includes(event.key)) return
  if (underWay.size > 0) return hold(event)
  const keys = begun ? `${begun} ${event.key}` : event.key
  begun = ''
  if (hasSequence(keys)) begun = keys
  else if (act(keys, event.target)) event.preventDefault()
})

// act does what a key is for; false if it is for nothing here.
function act(keys, target) {
  const button = withKey(keys)
  if (button) press(button)
  return Boolean(button) || (!topLayer() && general[keys]?.({ target }) === true)
}

// Keys wait while something is under way: an act until its answer is there, a dialog until it is
// open, a page until it is left. A key that is pressed before the answer was meant for what was seen
// then, so it is never done to another task. Only what is about the act itself is done after it (w,
// u), as is what is pressed when the answer is seen; and what is written for a dialog stands in its
// field.
const underWay = new Map() // to whether its answer is seen
const follows = ['w', 'u']
let held = []
let written = ''

export function begin(what) {
  underWay.set(what, false)
  setTimeout(() => end(what), 10_000) // the answer may be lost
}
export function end(what) {
  if (underWay.delete(what)) setTimeout(goOn)
}

function hold(event) {
  const { key } = event
  if (key === 'Tab') return
  if (key !== 'Escape') event.preventDefault() // which closes what is open at any time
  if (underWay.has('dialog') || held.includes('w')) {
    if (key === 'Backspace') written = written.slice(0, -1)
    else if (key.length === 1) written += key
  } else if (follows.includes(key) || [...underWay.values()].every((isSeen) => isSeen)) held.push(key)
}

function goOn() {
  while (underWay.size === 0 && held.length > 0) act(held.shift(), document.activeElement)
  held = []
  if (underWay.size > 0) return
  const field = document.activeElement
  if (written && field?.matches('textarea, input:not([type]), input[type=text]')) {
    field.setRangeText(written, field.value.length, field.value.length, 'end')
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
  written = ''
}

document.addEventListener('htmx:beforeRequest', ({ detail }) => {
  if (detail.requestConfig.verb !== 'get') begin(detail.xhr)
})
document.addEventListener('htmx:afterSwap', ({ detail }) => underWay.has(detail.xhr) && underWay.set(detail.xhr, true))
document.addEventListener('htmx:afterSettle', ({ detail }) => end(detail.xhr))
document.addEventListener('htmx:afterRequest', ({ detail }) => setTimeout(() => end(detail.xhr), 150)) // if nothing was shown
addEventListener('beforeunload', () => begin('page'))
addEventListener('pageshow', () => end('page'))

function isTyping(element) {
  const writes = 'textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=submit], [type=button])'
  return element.matches?.(writes)
}

// topLayer is what lies over the page, the last opened.
const topLayer = () => [...document.querySelectorAll('dialog[open], [popover]:popover-open')].at(-1)

// withKey finds what a key presses: what can be seen of it, or belongs to tasks that are not selected
// yet.
function withKey(keys) {
  const within = topLayer() ?? document
  const said = within === document && document.querySelector(`#messages [data-key="${CSS.escape(keys)}"]`)
  if (said) return said // what a message offers is about what was done last
  const all = [...within.querySelectorAll('[data-key]')].filter((e) => e.dataset.key === keys && !e.disabled)
  return all.find((e) => (within === document ? isReady(e) : e.checkVisibility()))
}

// What is inside of a popover that is closed waits for it; acts on tasks wait for a task.
function isReady(element) {
  if (element.closest('[popover]:not(:popover-open)')) return false
  const acts = element.closest('.of-selection')
  return acts ? document.dispatchEvent(new CustomEvent('tickler:need-task', { cancelable: true, detail: acts })) === false
    : element.hidden || element.checkVisibility()
}

const hasSequence = (keys) => !topLayer() && [...document.querySelectorAll('[data-key]')].some((e) => e.dataset.key.startsWith(`${keys} `))

// A menu opens beside what it is about. The focus comes back to where it was, and to the button if
// it was nowhere.
function press(element) {
  const menu = !topLayer() && element.popoverTargetElement
  if (!menu) {
    element.click()
    if (element.matches('summary')) element.focus()
    return
  }
  if (document.activeElement === document.body && element.checkVisibility()) element.focus({ preventScroll: true })
  menu.showPopover({ source: beside(element) })
}

function beside(button) {
  if (button.checkVisibility()) return button
  const more = button.closest('.toolbar, .actions')?.querySelector('[popovertarget="more-menu"]')
  if (more?.checkVisibility()) return more
  const here = row()
  return [here?.querySelector('.end, th'), here].find((e) => e?.checkVisibility()) ?? document.querySelector('main h1')
}

export const rows = () => [...document.querySelectorAll('[data-walk] > *')].filter((row) => row.checkVisibility())

// row is the one that the focus is in, or was last.
let lastRow
export const row = () => {
  const here = document.activeElement?.closest('[data-walk] > *')
  if (here) return here
  return lastRow && document.getElementById(lastRow)
}
document.addEventListener('focusin', (event) => {
  const here = event.target.closest('[data-walk] > *')
  if (here?.id) lastRow = here.id
})

export function go(to) {
  to?.focus({ preventScroll: true })
  to?.scrollIntoView({ block: 'nearest' })
}

function walk(step) {
  const all = rows()
  const at = all.indexOf(row())
  const to = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))]
  go(to)
  return Boolean(to)
}

export const general = {
  j: () => walk(1),
  k: () => walk(-1),
  ArrowDown: () => document.activeElement?.matches('[data-walk] > *') && walk(1),
  ArrowUp: () => document.activeElement?.matches('[data-walk] > *') && walk(-1),
  x: () => {
    const box = row()?.querySelector('input[type=checkbox]')
    box?.click()
    return Boolean(box)
  },
  Enter: ({ target }) => {
    if (!target.matches('[data-walk] > *, [data-alone] h1')) return false
    const link = target.matches('h1') ? document.querySelector('[data-open]') : target.querySelector('a[href]')
    link?.click()
    return Boolean(link)
  },
  '/': () => {
    const search = searchField()
    search?.focus()
    search?.select()
    return Boolean(search)
  },
  '?': () => {
    list().showModal()
    return true
  },
}

export const hasActs = () => Boolean(document.querySelector('form[data-acts], form[data-act]'))
const searchField = () => document.querySelector('[data-search], input[type=search]')

// From the search, ArrowDown leads to what was found; and so does Enter, where it is found at once.
document.addEventListener('keydown', (event) => {
  if (event.key !== 'ArrowDown' || !event.target.matches('input[type=search]') || event.isComposing) return
  const [first] = rows()
  if (!first) return
  event.preventDefault()
  go(first)
})
let isSought = false
document.addEventListener('keydown', ({ key, target }) => (isSought = key === 'Enter' && target.matches('[role=search] input')), true)
document.addEventListener('htmx:afterSettle', ({ detail }) => {
  if (isSought && detail.requestConfig?.elt.matches('[role=search]')) go(rows()[0])
})

document.addEventListener('click', (event) => {
  if (!event.target.closest('[data-keys-list]')) return
  document.getElementById('account').hidePopover()
  list().showModal()
})

// list is the dialog with all keys of this page.
function list() {
  const dialog = document.getElementById('keys') ?? document.body.appendChild(document.createElement('dialog'))
  Object.assign(dialog, { id: 'keys', className: 'keys' })
  dialog.setAttribute('aria-labelledby', 'keys-title')
  const lines = new Map()
  const walked = document.querySelector('[data-walk]')
  if (walked) {
    const noun = walked.dataset.walk || 'task'
    lines.set(`Next and previous ${noun}`, ['j', 'k'])
    if (walked.querySelector('a[href]') && noun !== 'fact') lines.set(`Open the ${noun}`, ['Enter'])
    if (walked.querySelector('.pick')) lines.set(`Select the ${noun}`, ['x'])
  }
  if (document.querySelector('[data-open]')) lines.set('Open the task', ['Enter'])
  if (document.querySelector('[data-edit-name]')) lines.set('Edit the name, or the fact that one is at', ['e'])
  for (const element of document.querySelectorAll('[data-key]')) {
    const { key, keysHelp } = element.dataset
    if (keysHelp) lines.set(keysHelp, [...key.split(' ')])
    else if (key.includes(' ')) lines.set(element.textContent.trim(), key.split(' '))
  }
  if (hasActs()) lines.set('What came of the task that is done', ['w'])
  if (hasActs() || walked) lines.set('Undo', ['u']).set('Redo', ['U'])
  if (searchField()) lines.set('Search', ['/'])
  lines.set('This list', ['?'])
  const title = Object.assign(document.createElement('h2'), { id: 'keys-title', textContent: 'Keys' })
  const table = document.createElement('dl')
  for (const [name, keys] of lines) {
    const term = document.createElement('dt')
    term.append(...keys.flatMap((key) => [Object.assign(document.createElement('kbd'), { textContent: key }), ' ']))
    table.append(term, Object.assign(document.createElement('dd'), { textContent: name }))
  }
  const off = Object.assign(document.createElement('input'), { type: 'checkbox', checked: !areOff() })
  off.addEventListener('change', () => localStorage.setItem('keys', off.checked ? 'on' : 'off'))
  const label = document.createElement('label')
  label.append(off, ' Turn on single-key shortcuts')
  const close = Object.assign(document.createElement('button'), { type: 'button', textContent: 'Close', className: 'secondary outline', autofocus: true })
  close.addEventListener('click', () => dialog.close())
  dialog.replaceChildren(title, table, label, close)
  return dialog
}
