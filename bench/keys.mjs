// Presses keys on Today and measures how long the screen takes to follow: keys.go runs it, and reads
// what it prints. An act is done to the first task of what is overdue, and then taken back.
import { chromium } from 'playwright-core'

const { TICKLER_CHROMIUM, TICKLER_URL, TICKLER_SESSION, TICKLER_ACTS } = process.env
const patience = 30_000
const pause = 400 // milliseconds between two acts, as of somebody fast

const browser = await chromium.launch({
  executablePath: TICKLER_CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
  await context.addCookies([{ name: 'tickler_session', value: TICKLER_SESSION, url: TICKLER_URL }])
  const page = await context.newPage()
  await page.goto(TICKLER_URL)
  await page.evaluate(watch, patience)
  const acts = []
  for (const key of Array.from({ length: Number(TICKLER_ACTS) }, (_, i) => ['d', 'u', 't', 'u'][i % 4])) {
    if (key !== 'u') await page.evaluate(() => window.bench.begin())
    await page.waitForTimeout(pause)
    await page.evaluate((key) => window.bench.expect(key), key)
    await page.keyboard.press(key)
    acts.push(await page.evaluate(() => window.bench.measured))
  }
  console.log(JSON.stringify(acts))
} finally {
  await browser.close()
}

// watch runs in the page.
function watch(patience) {
  let id
  const find = () => document.querySelector(`#overdue [id="${id}"]`)
  // shown is when the screen has what the page has now: right after the next frame.
  const shown = () =>
    new Promise((resolve) => {
      requestAnimationFrame(() => {
        const channel = new MessageChannel()
        channel.port1.onmessage = () => resolve(performance.now())
        channel.port2.postMessage(undefined)
      })
    })
  const until = (holds) =>
    new Promise((resolve, reject) => {
      if (holds()) return resolve()
      setTimeout(() => reject(new Error(`the screen never followed a key: ${holds}`)), patience)
      const observer = new MutationObserver(() => {
        if (!holds()) return
        observer.disconnect()
        resolve()
      })
      observer.observe(document, { subtree: true, childList: true, attributes: true })
    })
  const pressed = () =>
    new Promise((resolve) => addEventListener('keydown', (event) => resolve(event.timeStamp), { capture: true, once: true }))

  // settled is when the page has the answer to what is sent.
  const settled = () =>
    new Promise((resolve) => {
      const on = ({ detail }) => {
        if (detail.requestConfig?.verb !== 'post') return
        removeEventListener('htmx:afterSettle', on)
        resolve()
      }
      addEventListener('htmx:afterSettle', on)
    })

  window.bench = {
    // begin goes to the task that the next act is done to.
    begin() {
      const task = document.querySelector('#overdue .task')
      id = task.id
      task.focus()
    },
    // expect measures the next key, whose figures come to be in measured.
    expect(key) {
      this.measured = this.measure(key)
    },
    async measure(key) {
      const answer = settled()
      const began = await pressed()
      const isBack = key === 'u'
      await until(() => (isBack ? find() : !find() || find().classList.contains('leaving')))
      const changed = (await shown()) - began
      await answer
      await until(() => Boolean(find()) === isBack)
      const answered = (await shown()) - began
      return { Key: key, Changed: changed, Answered: Math.max(changed, answered) }
    },
  }
}
