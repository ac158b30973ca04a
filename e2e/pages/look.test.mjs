// How the parts of pages look, and what the scripts add: on a page that has all of them
// (look.html).
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { after, before } from 'node:test'
import { browserTest, checkPage } from './browser.mjs'

const sources = '../../internal/web/assets/'
const here = (name) => readFileSync(new URL(name, import.meta.url))
const built = '../../internal/web/static/built/'
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'"

// Serves the page, and every asset by the name of its source.
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://look')
  const made = JSON.parse(here(`${built}manifest.json`))[pathname.slice(1)]
  const plain = ['/plain.css', '/tickler.css', '/frame.css', '/tables.css', '/forms.css'].includes(pathname)
  const type = { '.css': 'text/css', '.js': 'text/javascript' }[pathname.slice(pathname.indexOf('.'))] ?? 'text/html'
  response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policy })
  response.end(here(made ? built + made.file : plain ? sources + pathname : 'look.html'))
})
const address = () => `http://127.0.0.1:${server.address().port}/`

before(() => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve)))
after(() => server.close())

browserTest('Everything can be used by everybody, on any screen', async (page) => {
  await page.goto(address())
  await checkPage(page, 'look')
})

browserTest('It works without a build too: plain styles, no scripts', async (page) => {
  await page.route('**/*.js', (route) => route.abort())
  await page.route('**/app.css', (route) => route.fulfill({ contentType: 'text/css', body: here(`${sources}plain.css`) }))
  await page.goto(address())
  await checkPage(page, 'plain')
})

browserTest('Text for screen readers takes no room, and the path to a page stays on one line', async (page) => {
  await page.goto(address())
  const said = await page.getByText('Tasks of the team').boundingBox()
  assert.ok(said.width <= 1 && said.height <= 1, JSON.stringify(said))
  const [first, last] = await page.getByLabel('Where you are').getByRole('link').all()
  const [from, to] = [await first.boundingBox(), await last.boundingBox()]
  assert.ok(to.x - from.x - from.width < 50, `${JSON.stringify(from)} ${JSON.stringify(to)}`)
})

browserTest('The navigation is a menu where there is little room', async (page) => {
  await page.goto(address())
  const link = page.getByRole('link', { name: 'Calendar' })
  await link.waitFor()
  assert.equal(await page.getByRole('button', { name: 'Menu' }).isVisible(), false)
  await page.setViewportSize({ width: 360, height: 740 })
  await link.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'Menu' }).press('Enter')
  await link.waitFor()
  await page.keyboard.press('Escape')
  await link.waitFor({ state: 'hidden' })
})

browserTest('htmx renews a part of the page, even with the answer to a refused form', async (page) => {
  await page.goto(address())
  for (const status of [200, 422]) {
    await page.route('**/part', (route) => route.fulfill({ status, body: `Answered ${status} <button hx-get="/part" hx-target="#part">Renew</button>` }))
    await page.getByRole('button', { name: 'Renew' }).click()
    await page.getByText(`Answered ${status}`).waitFor()
  }
})

browserTest('When the session has ended, renewing a part sends the whole page to sign-in', async (page) => {
  await page.goto(address())
  await page.route('**/part', (route) => route.fulfill({ status: 303, headers: { location: '/sign-in' } }))
  const again = page.waitForRequest(address())
  await page.getByRole('button', { name: 'Renew' }).click()
  await again
})

browserTest('A question is asked before a form is sent', async (page) => {
  await page.goto(address())
  const questions = []
  page.once('dialog', (dialog) => {
    questions.push(dialog.message())
    return dialog.dismiss()
  })
  await page.getByRole('button', { name: 'Save' }).click()
  assert.equal(page.url(), address())
  page.once('dialog', (dialog) => dialog.accept())
  await page.getByRole('button', { name: 'Save' }).click()
  await page.waitForURL('**/deleted*')
  assert.deepEqual(questions, ['Delete this task?'])
})

browserTest(
  'A secret is copied',
  async (page) => {
    await page.goto(address())
    await page.getByRole('button', { name: 'Copy' }).press('Enter')
    await page.getByRole('button', { name: 'Copied' }).and(page.locator(':focus')).waitFor()
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await page.locator('#secret').textContent())
    await page.getByRole('button', { name: 'Copy', exact: true }).waitFor()
  },
  { permissions: ['clipboard-read', 'clipboard-write'] },
)

browserTest('A chosen theme stays, whatever the browser prefers', async (page) => {
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto(address())
  const dark = await background()
  await page.getByRole('button', { name: 'Switch between light and dark' }).click()
  const light = await background()
  assert.notEqual(light, dark)
  await page.reload()
  assert.equal(await background(), light)
})
