// Everything that pages do in the browser. They work without it; what needs it is hidden where
// scripts don't run.
import htmx from 'htmx.org'
import { Idiomorph } from 'idiomorph/htmx'
import './live.js'
import './acts.js'
import './dialog.js'
import './focus.js'
import './keys.js'
import './menu.js'
import './quick_add.js'
import './task.js'

Object.assign(htmx.config, {
  // The Content-Security-Policy takes neither.
  includeIndicatorStyles: false,
  allowEval: false,
  attributesToSettle: ['class'], // and no style, which it would not take either
  // Pages are not to be left in the browser's storage.
  historyCacheSize: 0,
  // As it comes, but 422 is a form with its mistakes, to be shown.
  responseHandling: [
    { code: '204', swap: false },
    { code: '[23]..|422', swap: true },
    { code: '...', swap: false, error: true },
  ],
})

// A part that is renewed by morph keeps its elements, so that no click, focus or selection is lost.
// What people have unfolded stays unfolded too, and a form keeps what makes it count once, or a
// second click after a renewal would count again.
// What is selected stays so.
Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, element) =>
  !(name === 'open' && element.matches('details') && element.hasChildNodes()) && // else it is only being made
  !(name === 'value' && element.matches('input[name=once]')) &&
  !(name === 'checked' && element.matches('.pick'))

// Where the session has ended, a part of a page is answered with the sign-in page. Then the whole
// page is loaded anew, and goes there too.
document.addEventListener('htmx:beforeSwap', (event) => {
  if (new URL(event.detail.xhr.responseURL).pathname.endsWith('/sign-in')) {
    event.preventDefault()
    location.reload()
  }
})

// <button data-theme-toggle>: light or dark, remembered in this browser. theme.js applies it to the
// next page.
function toggleTheme() {
  const root = document.documentElement
  const shown = root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
  root.dataset.theme = shown === 'dark' ? 'light' : 'dark'
  localStorage.setItem('theme', root.dataset.theme)
}

// <button data-copy="#id">: the text of that element to the clipboard.
async function copy(button) {
  const { textContent, ariaLabel } = button
  const target = document.querySelector(button.dataset.copy)
  if (textContent === 'Copied' || !(await written(target))) return
  Object.assign(button, { textContent: 'Copied', ariaLabel: 'Copied' }) // for the eye and for the ear
  setTimeout(() => Object.assign(button, { textContent, ariaLabel }), 2000)
}

// Says whether it could be copied. The clipboard is there on https and localhost only; elsewhere a
// selection has to do, which stays for the user to copy if that fails too.
async function written(target) {
  try {
    await navigator.clipboard.writeText(target.textContent.trim())
    return true
  } catch {
    getSelection().selectAllChildren(target)
    return document.execCommand('copy')
  }
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('button')
  if (button?.matches('[data-theme-toggle]')) toggleTheme()
  if (button?.matches('[data-copy]')) copy(button)
  if (button?.matches('[data-dismiss]')) button.closest('.message').remove()
})

// <div data-say="…">: what is said aloud when a renewed part of the page has other news than
// before. The place for it is not renewed, or nothing would be said.
document.addEventListener('htmx:afterSettle', () => {
  const news = document.querySelector('[data-say]')?.dataset.say
  const said = document.getElementById('said')
  if (news && said.textContent !== news) said.textContent = news
})

// Messages about what was just done. One that comes with the page is put there anew, since only what
// is added to a status is read aloud. A form that htmx sends says that messages are seen here, and
// its answer's are taken over; a part that refreshes itself leaves them for the next page.
const messages = document.getElementById('messages')
if (messages?.childElementCount) {
  const news = [...messages.children]
  messages.replaceChildren()
  setTimeout(() => say(news), 50)
}
// say shows messages for a while, and longer as long as somebody is at one of them.
const shownFor = 20_000
function say(news) {
  messages.replaceChildren(...news)
  for (const message of news) {
    const leave = () => (message.matches(':hover, :focus-within') ? setTimeout(leave, shownFor) : message.remove())
    setTimeout(leave, shownFor)
  }
}
document.addEventListener('htmx:configRequest', ({ detail }) => {
  if (detail.verb !== 'get') detail.headers['Tickler-Messages'] = 'shown'
})
document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  if (!messages || detail.requestConfig.verb === 'get') return
  const { responseText: text } = detail.xhr
  const from = text.lastIndexOf('<div id="messages"') // they stand at the end, and to parse a long page twice takes its time
  if (from < 0) return
  const answer = new DOMParser().parseFromString(text.slice(from), 'text/html')
  const news = [...answer.getElementById('messages').children]
  if (news.length) say(news)
})

// Of a row of parts that is wider than a phone, the one that is open can be seen.
const part = document.querySelector('main nav li:has([aria-current])')
if (part) part.parentElement.scrollLeft = part.offsetLeft

// <span data-distance="instant">: how far that is from now, in the words of the server, for as long
// as the page stays open.
const units = [['day', 86_400, 2], ['hour', 3600, 1], ['min', 60, 1]]
function distance(instant) {
  const seconds = (new Date(instant) - Date.now()) / 1000
  const unit = units.find(([, length, least]) => Math.abs(seconds) >= least * length)
  if (!unit) return seconds > 0 ? 'in a moment' : 'just now'
  const count = Math.trunc(Math.abs(seconds) / unit[1])
  const words = `${count} ${unit[0]}${count === 1 || unit[0] === 'min' ? '' : 's'}`
  return seconds > 0 ? `in ${words}` : `${words} ago`
}
setInterval(() => {
  for (const span of document.querySelectorAll('[data-distance]')) span.textContent = distance(span.dataset.distance)
}, 15_000)

// <form data-confirm="Delete this task?">: asks first. In the capturing phase, so that htmx sends
// nothing either.
document.addEventListener(
  'submit',
  (event) => {
    const question = event.target.dataset.confirm
    if (question && !confirm(question)) {
      event.preventDefault()
      event.stopImmediatePropagation()
    }
  },
  true,
)
