// Lists of tasks, and what is done to them: <form data-acts> around rows with a checkbox each. The
// buttons of its bar and menus are about the selected tasks, or about the one that the focus is in,
// which is selected for them until the menu closes. What is done goes from the list at once, and the
// server's answer follows.
import htmx from 'htmx.org'
import { nearest, place } from './focus.js'
import { bringBack, forget, keep, listOf, takeAway } from './gone.js'
import { go, row, rows } from './keys.js'
import { tell } from './say.js'

const pickOf = (element) => element?.querySelector?.('.pick')
const picked = (form) => [...form.querySelectorAll('.pick:checked')]
const theForm = () => document.querySelector('form[data-acts]')

let lent // a task that is selected for a menu only

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

// A menu that opens has the name that is to be edited in its field, before the next key.
document.addEventListener(
  'beforetoggle',
  ({ target, newState }) => {
    const name = newState === 'open' && target.querySelector?.('form[data-acts] [data-name]')
    if (!name) return
    const task = picked(name.form)[0]?.closest('[data-task]')?.querySelector('.name, th a')
    name.value = (task ?? document.querySelector('[data-alone] h1'))?.textContent ?? ''
    name.select()
  },
  true,
)

// A menu that opens another one hands the task on; one that is left gives it back, with the focus.
document.addEventListener(
  'toggle',
  ({ target, newState }) => {
    if (newState !== 'closed' || !target.matches?.('form[data-acts] .menu')) return
    if (!isChoosing()) setTimeout(leaveMenu)
  },
  true,
)
const isChoosing = () => isSending || document.querySelector('form[data-acts] .menu:popover-open')
function leaveMenu() {
  if (isChoosing()) return
  giveBack()
  const here = document.activeElement
  if (here === document.body || !here?.checkVisibility()) go(row())
}

// What a menu asks for has to be there before anything is sent: else the selection would be lost.
document.addEventListener(
  'click',
  (event) => {
    const field = event.target.closest('.pick-time button')?.closest('.pick-time').querySelector('input, select')
    if (!field) return
    field.required = true
    if (!field.reportValidity()) event.preventDefault()
    field.required = false // for the other buttons of the form
  },
  true,
)

// Enter in a field of a menu presses the button beside it.
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !event.target.matches('.pick-time :is(input, select)')) return
  event.preventDefault()
  event.target.closest('.pick-time').querySelector('button').click()
})

// How many are selected, beside the buttons of the bar, which is there while any is; data-picked tells
// the styles. (A :has() around the rows would have the browser look at all of the page for every key.)
function count() {
  const form = theForm()
  const place = form?.querySelector('[data-picked]')
  const all = form?.querySelector('.pick[name="all"]:checked')
  document.documentElement.toggleAttribute('data-picked', Boolean(form) && !lent && picked(form).length > 0)
  if (place) place.textContent = `${all ? `All ${all.value}` : picked(form).length} ${place.dataset.picked}`
}
document.addEventListener('change', ({ target }) => {
  if (!target.matches('.pick')) return
  lent = undefined
  if (target.name === 'all') for (const box of target.form.querySelectorAll('.pick')) box.checked = target.checked
  else if (!target.checked) for (const all of target.form.querySelectorAll('.pick[name="all"]')) all.checked = false
  count()
  if (target.checked) target.closest('[data-walk] > *')?.scrollIntoView({ block: 'nearest' }) // above the bar
})
document.addEventListener('click', (event) => {
  if (!event.target.closest('[data-unpick]')) return
  for (const box of picked(theForm())) box.checked = false
  count()
  go(row() ?? rows()[0])
})

// What goes from its place at once. What else is done to a task leaves it where it is.
const leaves = /^(complete|cancel|delete|snooze|move|reopen)\b/
let isSending = false
let left // in which list each row stood that should go
let next // where the focus goes on
let stood // in which list each row stood, before something was taken back

document.addEventListener('htmx:configRequest', ({ detail, target }) => {
  if (!target.matches('form[data-acts]')) return
  const done = detail.formData.get('do') ?? ''
  const one = done.split(':')[1]
  const ids = one ? [one] : done ? detail.formData.getAll('id') : []
  const all = ids.map((id) => document.getElementById(`task-${id}`)).filter(Boolean)
  const leaving = leaves.test(done) ? all : []
  isSending = true
  left = new Map(leaving.map((task) => [task.id, listOf(task)]))
  next = place(leaving)
  stood = done ? undefined : lists()
  if (done || isRedo(detail.path)) keep(leaving)
  else bringBack()
  for (const task of leaving) task.classList.add('leaving')
  for (const menu of document.querySelectorAll('.menu:popover-open')) menu.hidePopover()
})

const isRedo = (path) => new URL(path, location).pathname.endsWith('/redo')
const lists = () => new Map([...document.querySelectorAll('[data-walk] > *')].map((task) => [task.id, listOf(task)]))

// onward is where the focus goes on after an act: what came back, if one was taken back; else as place
// says.
function onward() {
  const stays = rows().find((task) => left?.get(task.id) === listOf(task) && left.has(task.id))
  if (stays) return stays // nothing has changed
  const back = stood && rows().find((task) => stood.get(task.id) !== listOf(task))
  return back ?? (next ? nearest(next) : rows()[0])
}

document.addEventListener('htmx:afterRequest', ({ detail, target }) => {
  const isAct = target.matches('form[data-acts]')
  if (isAct) isSending = false
  if (detail.successful) return
  if (isAct || isOfMessage(detail.requestConfig)) takeAway()
  if (!isAct) return
  if (target.querySelector('.leaving')) forget()
  for (const task of document.querySelectorAll('.leaving')) task.classList.remove('leaving')
  giveBack()
  const answer = new DOMParser().parseFromString(detail.xhr.responseText, 'text/html')
  tell(answer.querySelector('main h1 + p')?.textContent ?? 'The service did not answer. Try again.')
})

document.addEventListener('htmx:afterSettle', ({ detail }) => {
  mark()
  const { elt } = detail.requestConfig ?? {}
  if (!isOfMessage(detail.requestConfig) && !elt?.matches?.('form[data-acts]')) return count()
  if (document.querySelector('[data-alone]')) return go(document.querySelector('[data-alone] h1'))
  lent = undefined
  for (const box of document.querySelectorAll('.pick:checked')) box.checked = false
  count()
  const here = document.activeElement
  const isElsewhere = here && here !== document.body && here.checkVisibility() && !here.closest('form[data-acts]')
  const to = onward()
  if (!isElsewhere) go(to)
  if (document.querySelector('#panel > *')) show(to, 0)
})

const isOfMessage = (request) => request?.verb === 'post' && request.elt.matches?.('[data-live], #list')

// The button of a message takes back what was done, and the page shows it without being left.
document.addEventListener('submit', (event) => {
  const form = event.target.closest('#messages form')
  const live = document.querySelector('[data-live], #list:has(form[data-acts])')
  if (!form || !live) return
  const root = new URL(document.querySelector('.brand').href).pathname.replace(/\/$/, '')
  const { pathname, search } = new URL(form.action)
  if (search || ![`${root}/undo`, `${root}/redo`].includes(pathname)) return // it leads elsewhere
  event.preventDefault()
  const back = (location.pathname + location.search).slice(root.length)
  next = place()
  stood = lists()
  if (isRedo(pathname)) keep([])
  else bringBack()
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
// Nor is a list that was asked for before another one was.
document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  const { target, requestConfig: { elt, path, verb } } = detail
  if (verb !== 'get' || !target?.matches('[data-live]')) return
  if (isSending || (elt === target && path !== target.dataset.live)) detail.shouldSwap = false
})

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

// What is done to all that match is done by a request, whose page follows.
document.addEventListener(
  'submit',
  (event) => {
    const isOne = event.submitter?.value.includes(':')
    if (!isOne && event.submitter?.name === 'do' && event.target.querySelector('.pick[name="all"]:checked')) event.stopPropagation()
  },
  true,
)

// <form data-go>: goes as soon as something is chosen. Who goes through the choices by keys takes one
// by Enter, or by the form's button.
let isByArrow = false
document.addEventListener('keydown', (event) => {
  const form = event.target.matches('select') && event.target.closest('form[data-go]')
  if (!form || event.ctrlKey || event.metaKey) return
  if (event.key === 'Enter' && isByArrow) {
    event.preventDefault()
    return form.requestSubmit()
  }
  if (event.key !== 'Enter' && event.key !== ' ' && !event.altKey) isByArrow = true
})
document.addEventListener('pointerdown', () => (isByArrow = false))
document.addEventListener('change', (event) => isByArrow || event.target.closest('form[data-go]')?.requestSubmit())
