// What changes anywhere shows here: while a page with parts marked data-live is in sight, it follows
// /live, and every change becomes the event tickler:changed, on which the parts fetch themselves anew.

const path = document.body.dataset.events
const isLive = () => path && document.querySelector('[data-live]')

let source
let isDue = false
let timer

function follow() {
  source?.close()
  source = undefined
  if (!isLive() || document.visibilityState !== 'visible') return
  source = new EventSource(path)
  source.addEventListener('changed', soon)
}

// Changes that come together are one, and none takes the words from somebody who types.
function soon() {
  isDue = true
  timer ??= setTimeout(() => {
    timer = undefined
    if (isDue && !isTyping()) renew()
  }, 300)
}

function renew() {
  isDue = false
  if (isLive()) document.dispatchEvent(new CustomEvent('tickler:changed'))
}

function isTyping() {
  const field = document.activeElement?.closest('[data-live] :is(input, textarea, select)')
  return Boolean(field) && !field.matches('[type=checkbox], [type=radio], [type=submit]')
}

document.addEventListener('focusout', () => {
  if (isDue) soon()
})

// Nor does an answer that was asked for before they began to type.
document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  if (detail.requestConfig.verb !== 'get' || !detail.target?.matches('[data-live]') || !isTyping()) return
  detail.shouldSwap = false
  isDue = true
})

// A page that was out of sight looks at once; and each does once a minute, whatever was missed.
document.addEventListener('visibilitychange', () => {
  follow()
  if (document.visibilityState === 'visible') soon()
})
setInterval(() => {
  if (document.visibilityState === 'visible') soon()
}, 60_000)

follow()
