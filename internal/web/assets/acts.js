// Lists of tasks, and what is done to them: <form data-acts> around rows with a checkbox each. The
// buttons of its bar and menus are about the selected tasks, or about the one that the focus is in,
// which is selected for them until the menu closes. What is done goes from the list at once, and the
// server's answer follows.
import htmx from 'htmx.org'
import { go, row } from './keys.js'

const pickOf = (element) => element?.querySelector?.('.pick')
const picked = (form) => [...form.querySelectorAll('.pick:checked')]
const theForm = () => document.querySelector('form[data-acts]')

// lent is a task that was selected for a menu only.
let lent

// A key for an act is pressed: is there a task for it?
document.addEventListener('tickler:need-task', (event) => {
  const form = event.detail.closest('form')
  if (picked(form).length === 0) lend(row())
  if (picked(form).length > 0) event.preventDefault()
})

function lend(to) {
  const box = pickOf(to)
  if (!box || box.checked) return
  box.checked = true
  lent = box
  count()
}

function giveBack() {
  if (lent) lent.checked = false
  lent = undefined
  count()
}

// <button data-pick popovertarget="…">: a row's own way to a menu; data-pick="<id>" is for one that
// stands elsewhere.
document.addEventListener(
  'click',
  (event) => {
    const button = event.target.closest('button[data-pick]')
    if (!button) return
    const form = theForm()
    for (const box of picked(form)) if (box !== lent) box.checked = false
    giveBack()
    lend(button.dataset.pick ? document.getElementById(`task-${button.dataset.pick}`) : button.closest('.task'))
  },
  true,
)

// A menu that opens shows the name that is to be edited, and has the focus before the next key.
document.addEventListener(
  'beforetoggle',
  ({ target, newState }) => {
    if (newState !== 'open' || !target.matches?.('form[data-acts] .menu')) return
    const name = target.querySelector('[data-name]')
    if (name) {
      const task = picked(target.closest('form'))[0]?.closest('[data-task]')?.querySelector('.name, th a')
      name.value = (task ?? document.querySelector('[data-alone] h1'))?.textContent ?? ''
      name.select()
    }
    const first = name ?? target.querySelector('select') ?? target.querySelector('button:not([disabled])')
    first?.setAttribute('autofocus', '')
  },
  true,
)

// A menu that opens another one hands the task on.
document.addEventListener(
  'toggle',
  ({ target, newState }) => {
    if (newState !== 'closed' || !target.matches?.('form[data-acts] .menu')) return
    if (!document.querySelector('form[data-acts] .menu:popover-open') && !isSending) setTimeout(giveBackUnlessOpen)
  },
  true,
)
const giveBackUnlessOpen = () => document.querySelector('form[data-acts] .menu:popover-open') || isSending || giveBack()

// Enter in a field of a menu presses the button beside it.
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !event.target.matches('.pick-time :is(input, select)')) return
  event.preventDefault()
  event.target.closest('.pick-time').querySelector('button').click()
})

// How many are selected, beside the bar's buttons.
function count() {
  const form = theForm()
  const place = form?.querySelector('[data-picked]')
  const all = form?.querySelector('.pick[name="all"]:checked')
  if (place) place.textContent = `${all ? `All ${all.value}` : picked(form).length} ${place.dataset.picked}`
}
document.addEventListener('change', (event) => {
  if (event.target.matches('.pick')) {
    lent = undefined
    count()
  }
})
document.addEventListener('click', (event) => {
  if (!event.target.closest('[data-unpick]')) return
  for (const box of picked(theForm())) box.checked = false
  count()
  go(row())
})

// What goes from its place at once. What else is done to a task leaves it where it is.
const leaves = /^(complete|cancel|delete|snooze|move|reopen)\b/
let isSending = false
let next // where the focus goes on

document.addEventListener('htmx:configRequest', ({ detail, target }) => {
  if (!target.matches('form[data-acts]')) return
  const done = detail.formData.get('do') ?? ''
  const one = done.split(':')[1]
  const ids = one ? [one] : detail.formData.getAll('id')
  const all = ids.map((id) => document.getElementById(`task-${id}`)).filter(Boolean)
  isSending = true
  next = neighbor(all)
  if (leaves.test(done)) for (const task of all) task.classList.add('leaving')
  for (const menu of document.querySelectorAll('.menu:popover-open')) menu.hidePopover()
  if (!leaves.test(done)) next = all[0]?.id
})

// neighbor is the row that takes the place of those that go.
function neighbor(going) {
  const all = [...document.querySelectorAll('form[data-acts] [data-walk] > *')]
  const at = all.indexOf(going[0])
  const stays = (other) => !going.includes(other) && other.checkVisibility()
  return (all.slice(at + 1).find(stays) ?? all.slice(0, Math.max(0, at)).findLast(stays))?.id
}

document.addEventListener('htmx:afterRequest', ({ detail, target }) => {
  if (!target.matches('form[data-acts]')) return
  isSending = false
  if (detail.successful) return
  for (const task of document.querySelectorAll('.leaving')) task.classList.remove('leaving')
  giveBack()
  const answer = new DOMParser().parseFromString(detail.xhr.responseText, 'text/html')
  say(answer.querySelector('main h1 + p')?.textContent ?? 'The service did not answer. Try again.')
})

document.addEventListener('htmx:afterSettle', ({ detail }) => {
  mark()
  if (!detail.requestConfig?.elt.matches?.('form[data-acts]')) return count()
  if (document.querySelector('[data-alone]')) return go(document.querySelector('[data-alone] h1'))
  lent = undefined
  for (const box of document.querySelectorAll('.pick:checked')) box.checked = false
  count()
  const isElsewhere = document.activeElement && document.activeElement !== document.body && !document.activeElement.closest('form[data-acts]')
  const to = document.getElementById(next) ?? document.querySelector('[data-walk] > *')
  if (!isElsewhere) go(to)
  if (document.querySelector('#panel > *')) show(to, 0)
})

// A list that is renewed while one is in it may lose the row that has the focus: then the focus stays
// at its place.
let place
document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  const here = document.activeElement?.closest('form[data-acts] [data-walk] > *')
  place = detail.target?.matches('[data-live]') && here ? { id: here.id, next: neighbor([here]) } : undefined
})
document.addEventListener('htmx:afterSwap', () => {
  if (place && document.activeElement === document.body) go(document.getElementById(place.id) ?? document.getElementById(place.next))
  place = undefined
})

// The button of a message takes back what was done, and the page shows it without being left.
document.addEventListener('submit', (event) => {
  const form = event.target.closest('#messages form')
  const live = document.querySelector('[data-live]')
  if (!form || !live || new URL(form.action).search) return
  event.preventDefault()
  const root = new URL(document.querySelector('.brand').href).pathname.replace(/\/$/, '')
  const back = (location.pathname + location.search).slice(root.length)
  htmx.ajax('POST', form.action, { source: live, target: live, select: `#${live.id}`, swap: 'morph:outerHTML', values: { back } })
})

// tickler:changed: parts that refresh themselves are fetched anew, from where data-live says. Nothing
// that is selected or open in them is lost. What is being done is not shown as it was before.
document.addEventListener('tickler:changed', () => {
  if (isSending) return
  for (const part of document.querySelectorAll('[data-live]')) {
    htmx.ajax('GET', part.dataset.live, { source: part, target: part, select: `#${part.id}`, swap: 'morph:outerHTML' })
  }
})
document.addEventListener('htmx:beforeSwap', (event) => {
  const { detail } = event
  if (isSending && detail.requestConfig.verb === 'get' && detail.target?.matches('[data-live]')) detail.shouldSwap = false
})

// say tells of what went wrong where messages are shown.
function say(text) {
  const message = Object.assign(document.createElement('div'), { className: 'message' })
  message.append(Object.assign(document.createElement('p'), { textContent: text }))
  document.getElementById('messages')?.replaceChildren(message)
}

// The panel at the right shows the task that one is at, where there is room for it.
const isWide = matchMedia('(width >= 1100px)')
let waiting
let shownTask

function show(task, wait = 150) {
  const panel = document.getElementById('panel')
  clearTimeout(waiting)
  if (!panel || !isWide.matches) return
  shownTask = task?.dataset.task
  mark()
  if (!shownTask) return panel.replaceChildren()
  const path = `${panel.dataset.of}${shownTask}`
  waiting = setTimeout(
    () => htmx.ajax('GET', path, { source: panel, target: panel, select: '#in-panel', swap: 'morph:innerHTML' }),
    wait,
  )
}

// mark shows in the list which task the panel has.
function mark() {
  for (const task of document.querySelectorAll('.task')) {
    if (task.dataset.task === shownTask) task.setAttribute('aria-current', 'true')
    else task.removeAttribute('aria-current')
  }
}

// What changed elsewhere may be about the task in the panel.
document.addEventListener('tickler:changed', () => {
  if (shownTask && document.querySelector('#panel > *')) show(document.getElementById(`task-${shownTask}`), 400)
})

document.addEventListener('focusin', (event) => {
  const task = event.target.closest('[data-walk] > .task')
  if (task && task.dataset.task !== shownTask) show(task)
})
document.addEventListener('click', (event) => {
  if (event.target.closest('[data-close-panel]')) {
    const last = row()
    go(last)
    clearTimeout(waiting)
    return show(undefined)
  }
  const isPlain = event.detail > 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0
  const name = event.target.closest('[data-walk] > .task .name')
  if (name && isPlain && document.getElementById('panel') && isWide.matches) { // a second click opens the page
    const task = name.closest('.task')
    if (task.getAttribute('aria-current') === 'true' && document.querySelector('#panel > *')) return
    event.preventDefault()
    shownTask = undefined
    go(task)
    return
  }
  const task = event.target.closest('[data-walk] > .task')
  if (task && !event.target.closest('a, button, input, label')) go(task)
})

// <form data-go>: goes as soon as something is chosen; its button is for those without scripts.
document.addEventListener('change', (event) => event.target.closest('form[data-go]')?.requestSubmit())
