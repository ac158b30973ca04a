// How the parts of pages look, and what the scripts add: on a page that has all of them
// (look.html).
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { after, before } from 'node:test'
import { browserTest, checkAxe, checkPage } from './browser.mjs'

const sources = '../../internal/web/assets/'
const here = (name) => readFileSync(new URL(name, import.meta.url))
const built = '../../internal/web/static/built/'
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'"

// Serves the page, and every asset by the name of its source.
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://look')
  const made = JSON.parse(here(`${built}manifest.json`))[pathname.slice(1)]
  const plain = /^\/(plain|tickler|language|frame|page|tables|forms|parts|float|tasks|sections)\.css$/.test(pathname)
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

browserTest('The navigation is at the top, and on phones at the bottom, all of it at once', async (page) => {
  await page.goto(address())
  const sections = page.getByRole('navigation', { name: 'Main' })
  assert.ok((await sections.boundingBox()).y < 60)
  await page.setViewportSize({ width: 360, height: 740 })
  const { y, height } = await sections.boundingBox()
  assert.equal(Math.round(y + height), 740)
  for (const link of await sections.getByRole('link').all()) {
    const box = await link.boundingBox()
    assert.ok(box.x >= 0 && box.x + box.width <= 360 && box.width >= 44 && box.height >= 44, JSON.stringify(box))
  }
})

browserTest('A menu and a dialog open without scripts, beside the button or on top, and close by Escape', async (page) => {
  await page.route('**/*.js', (route) => route.abort())
  await page.goto(address())
  const button = page.getByRole('button', { name: 'More about Send the offer' })
  const menu = page.locator('#more-of-task')
  await button.press('Enter')
  await menu.waitFor()
  const [at, from] = [await menu.boundingBox(), await button.boundingBox()]
  assert.ok(Math.abs(at.x + at.width - from.x - from.width) < 20, JSON.stringify([at, from]))
  assert.ok(at.y >= from.y + from.height - 1 || at.y + at.height <= from.y + 1, JSON.stringify([at, from]))
  await checkAxe(page)
  await page.keyboard.press('Escape')
  await menu.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'Start' }).click()
  await page.getByRole('dialog', { name: 'What came of it?' }).waitFor()
  await page.keyboard.press('Escape')
  await page.setViewportSize({ width: 360, height: 740 })
  await page.getByRole('button', { name: 'Filter' }).click()
  const sheet = await page.locator('#snooze').boundingBox()
  assert.deepEqual([sheet.x, sheet.width, Math.round(sheet.y + sheet.height)], [0, 360, 740])
})

browserTest('The panel is beside the list where there is room for both, else nowhere', async (page) => {
  await page.goto(address())
  const panel = page.getByRole('complementary', { name: 'Meet the buyers at Koramangala' })
  const list = page.locator('#split > div')
  const [left, right] = [await list.boundingBox(), await panel.boundingBox()]
  assert.ok(right.x >= left.x + left.width && Math.abs(right.y - left.y) < 2, JSON.stringify([left, right]))
  await page.setViewportSize({ width: 1099, height: 800 })
  await panel.waitFor({ state: 'hidden' })
})

browserTest('A section folds, by keyboard too', async (page) => {
  await page.goto(address())
  const task = page.getByText('Thank Mr. Iyer', { exact: true })
  assert.equal(await task.isVisible(), false)
  await page.locator('summary', { hasText: 'Done today' }).press('Enter')
  await task.waitFor()
})

browserTest('A message is closed, and its button posts', async (page) => {
  await page.goto(address())
  const message = page.getByRole('status').getByText('3 tasks done.')
  await message.waitFor()
  await page.getByRole('button', { name: 'Close this message' }).press('Enter')
  await message.waitFor({ state: 'hidden' })
  await page.reload()
  await message.waitFor()
  await page.locator('#messages').getByRole('button', { name: 'Undo' }).click()
  await page.waitForURL('**/undone*')
})

browserTest('A form that htmx sends brings its messages, a part that refreshes itself does not', async (page) => {
  await page.goto(address())
  await page.locator('#messages').getByText('3 tasks done.').waitFor()
  const headers = []
  const answer = (text) => `<p>${text} <button hx-post="/part" hx-target="#part">Send</button></p><div id="messages"><div class="message"><p>Moved ${text}.</p></div></div>`
  await page.route('**/part', (route) => {
    headers.push(route.request().headers()['tickler-messages'])
    return route.fulfill({ body: answer(route.request().method()), contentType: 'text/html' })
  })
  await page.getByRole('button', { name: 'Renew', exact: true }).click()
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.locator('body > #messages').getByText('Moved POST.').waitFor()
  assert.deepEqual(headers, [undefined, 'shown'])
})

browserTest('htmx renews a part of the page, even with the answer to a refused form', async (page) => {
  await page.goto(address())
  for (const status of [200, 422]) {
    await page.route('**/part', (route) => route.fulfill({ status, body: `Answered ${status} <button hx-get="/part" hx-target="#part">Renew</button>` }))
    await page.getByRole('button', { name: 'Renew', exact: true }).click()
    await page.getByText(`Answered ${status}`).waitFor()
  }
})

browserTest('When the session has ended, renewing a part sends the whole page to sign-in', async (page) => {
  await page.goto(address())
  await page.route('**/part', (route) => route.fulfill({ status: 303, headers: { location: '/sign-in' } }))
  const again = page.waitForRequest(address())
  await page.getByRole('button', { name: 'Renew', exact: true }).click()
  await again
})

browserTest('A question is asked before a form is sent', async (page) => {
  await page.goto(address())
  const questions = []
  page.once('dialog', (dialog) => {
    questions.push(dialog.message())
    return dialog.dismiss()
  })
  await page.getByRole('button', { name: 'Save' }).first().click()
  assert.equal(page.url(), address())
  page.once('dialog', (dialog) => dialog.accept())
  await page.getByRole('button', { name: 'Save' }).first().click()
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
  await page.getByRole('button', { name: 'your menu' }).click()
  await page.getByRole('button', { name: 'Switch between light and dark' }).click()
  const light = await background()
  assert.notEqual(light, dark)
  await page.reload()
  assert.equal(await background(), light)
})
