// What browser tests share. A test is
//
//   import { browserTest, checkPage, signIn } from './browser.mjs'
//   browserTest('What holds', async (page) => { await signIn(page); … })
//
// with a page in a browser session of its own. Playwright waits for what a locator names, so tests
// don't sleep; waitUntil is for what is not on a page. A test fails too if a script throws or the
// Content-Security-Policy refuses something.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { chromium } from 'playwright-core'

const environment = process.env
export const url = environment.TICKLER_URL
export const credentials = { email: environment.TICKLER_EMAIL, password: environment.TICKLER_PASSWORD }
// Where the program can send webhooks that received() gives.
export const receiverURL = (name) => `${environment.TICKLER_OUTSIDE}/received/${name}`

// A machine that runs other tests beside these may be slow.
const patience = 60_000

const phone = { width: 390, height: 844 }
const smallPhone = { width: 360, height: 740 }
const desk = { width: 1280, height: 800 }

let browser
before(async () => {
  browser = await chromium.launch({
    executablePath: environment.TICKLER_CHROMIUM,
    timeout: patience,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
})
after(() => browser?.close())

// browserTest runs a test with a page of its own. The options are those of Playwright's contexts:
// colorScheme, timezoneId …
export function browserTest(name, run, options = {}) {
  test(name, async () => {
    const context = await browser.newContext({ viewport: desk, baseURL: url, reducedMotion: 'reduce', ...options })
    context.setDefaultTimeout(patience)
    try {
      const page = await context.newPage()
      const mistakes = watch(page)
      await run(page)
      await page.unrouteAll({ behavior: 'wait' }) // what a test answers itself may still be asked for
      assert.deepEqual(mistakes, [])
    } finally {
      await context.close()
    }
  })
}

// watch collects what no page may have: errors in scripts, and violations of the
// Content-Security-Policy.
function watch(page) {
  const mistakes = []
  page.on('pageerror', (error) => mistakes.push(error.stack))
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) mistakes.push(message.text())
  })
  return mistakes
}

// signIn fills in the sign-in page, and returns when the first page is there.
export async function signIn(page, { email, password } = credentials) {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL((location) => location.pathname !== '/sign-in')
}

// api calls the API with the administrator's keys and returns the answer's body, which must be a
// success.
export async function api(path, body) {
  const answer = await fetch(`${url}/v2/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      'x-LSQ-AccessKey': environment.TICKLER_ACCESS_KEY,
      'x-LSQ-SecretKey': environment.TICKLER_SECRET_KEY,
      'Content-Type': 'application/json',
    },
    body: body && JSON.stringify(body),
  })
  assert.equal(answer.status, 200, await answer.clone().text())
  return answer.json()
}

// mails waits until the program has sent that many mails, and returns them.
export const mails = (count) => atLeast(count, `${environment.TICKLER_OUTSIDE}/mails`)

// received waits until the program has sent that much to receiverURL(name), and returns it.
export const received = (name, count) => atLeast(count, receiverURL(name))

const atLeast = (count, from) =>
  waitUntil(async () => {
    const all = await (await fetch(from)).json()
    return all.length >= count && all
  })

// waitUntil asks again and again until it gets something, and returns that.
export async function waitUntil(ask) {
  const end = Date.now() + patience
  for (;;) {
    const got = await ask()
    if (got) return got
    assert.ok(Date.now() < end, `waited for ${patience} ms in vain: ${ask}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

// focused waits until what has the focus matches a selector and has a text.
export const focused = (page, selector, text = '') =>
  waitUntil(() => page.evaluate(([selector, text]) => {
    const here = document.activeElement
    return here?.matches(selector) && here.textContent.includes(text)
  }, [selector, text]))

// checkPage checks what is true of every page: everybody can use it, in light and dark, and it fits
// a phone. It takes its pictures too. Where looks aren't checked it does nothing.
export async function checkPage(page, name) {
  if (!environment.TICKLER_LOOKS) return
  await screenshots(page, name)
  for (const [viewport, colorScheme] of [[desk, 'light'], [smallPhone, 'dark']]) {
    await page.setViewportSize(viewport)
    await checkWidth(page)
    await page.emulateMedia({ colorScheme })
    await checkAxe(page)
  }
  await restore(page)
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

// checkAxe fails on what keeps people from using the page as it stands.
export async function checkAxe(page) {
  await comeToRest(page)
  if (await page.evaluate(() => !window.axe)) await page.evaluate(axe)
  const options = { preload: false, resultTypes: ['violations'] } // else it copies imported styles, and lists all that is well
  const { violations } = await page.evaluate((options) => window.axe.run(options), options)
  // The API's documentation is Swagger UI's, whose headings and landmarks are its own.
  const counts = page.url().endsWith('/docs') ? ['serious', 'critical'] : ['minor', 'moderate', 'serious', 'critical']
  const found = violations.filter(({ impact }) => counts.includes(impact))
  const where = (nodes) => nodes.map((node) => `  ${node.html}\n  ${node.failureSummary}`).join('\n')
  const told = found.map(({ id, help, nodes }) => `${id}: ${help}\n${where(nodes)}`)
  assert.ok(told.length === 0, `axe on ${page.url()}\n${told.join('\n')}`)
}

// comeToRest finishes animations that would end: a color on its way to another one is hard
// to read. The page learns of a change between light and dark in the frame after it.
async function comeToRest(page) {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame)
    const ending = document.getAnimations().filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime))
    for (const animation of ending) animation.finish()
  })
}

// checkWidth fails if the page has to be scrolled sideways to be read.
export async function checkWidth(page) {
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth])
  assert.ok(wide <= room, `${page.url()} is ${wide} pixels wide, on a screen of ${room}`)
  const cut = await page.locator('.table-scroll:has(.cards)').evaluateAll((tables) =>
    tables.filter((t) => t.scrollWidth > t.clientWidth).map((t) => t.ariaLabel))
  assert.deepEqual(cut, [], `${page.url()} has tables that scroll sideways, on a screen of ${room}`)
}

// screenshots puts pictures of the page into the folder that TICKLER_SCREENSHOTS names, if it names
// one.
export async function screenshots(page, name) {
  // The path is relative to the root, where make runs.
  const folder = environment.TICKLER_SCREENSHOTS && resolve('..', environment.TICKLER_SCREENSHOTS)
  if (!folder) return
  const take = (look) => page.screenshot({ path: `${folder}/${name}-${look}.png`, fullPage: true, animations: 'disabled' })
  await page.emulateMedia({ colorScheme: 'light' })
  await take('light')
  await page.emulateMedia({ colorScheme: 'dark' })
  await take('dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(phone)
  await take('phone')
  await restore(page)
}

async function restore(page) {
  await page.emulateMedia({ colorScheme: null })
  await page.setViewportSize(desk)
}
