// What changes elsewhere shows on open pages by itself.
import assert from 'node:assert/strict'
import { api, browserTest, signIn, waitUntil } from './browser.mjs'

const instant = () => `${new Date().toISOString().slice(0, 10)} 00:00:00`
const made = async (name) => (await api('Task.svc/Create', { Name: name, DueDate: instant() })).Message.Id
const rowOf = (page, name) => page.locator('.task').filter({ hasText: name })

browserTest('What a program writes shows in two tabs, and disturbs nobody', async (page) => {
  await made('Write the letter')
  await signIn(page)
  const other = await page.context().newPage()
  await other.goto(page.url())
  await rowOf(other, 'Write the letter').waitFor()
  await page.bringToFront()
  await rowOf(page, 'Write the letter').focus()
  await page.keyboard.press('x')
  await page.getByText('1 selected').waitFor()
  await page.evaluate(() => { window.isSamePage = true })

  const id = await made('Ring the bank')
  await rowOf(page, 'Ring the bank').waitFor()
  assert.equal(await page.evaluate(() => window.isSamePage), true)
  await waitUntil(() => page.evaluate(() => document.activeElement?.textContent.includes('Write the letter')))
  await page.getByText('1 selected').waitFor()

  await other.bringToFront()
  await rowOf(other, 'Ring the bank').waitFor()
  await api(`Task.svc/Update`, { UserTaskId: id, Name: 'Ring the bank again' })
  await rowOf(other, 'Ring the bank again').waitFor()
  await other.close()
})

browserTest('An answer that comes late takes no words from somebody who types', async (page) => {
  await made('Type away')
  await signIn(page)
  await rowOf(page, 'Type away').waitFor()
  let goOn, began, answered
  const held = new Promise((resolve) => (goOn = resolve))
  const asked = new Promise((resolve) => (began = resolve))
  const swapped = new Promise((resolve) => (answered = resolve))
  await page.route((url) => url.pathname === '/', async (route) => {
    const answer = await route.fetch()
    began()
    await held
    await route.fulfill({ response: answer })
    answered()
  })
  await made('In between')
  await asked
  await rowOf(page, 'Type away').focus()
  await page.keyboard.press('e')
  const name = page.getByRole('textbox', { name: 'Name' })
  await name.fill('Typed away')
  goOn()
  await swapped
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))))
  assert.equal(await name.inputValue(), 'Typed away')
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('Renamed to “Typed away”').waitFor()
  await rowOf(page, 'In between').waitFor()
})
