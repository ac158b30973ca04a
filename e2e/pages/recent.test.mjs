// The list of recent changes, and the ways from one page to another that messages offer.
import { api, browserTest, checkPage, screenshots, signIn } from './browser.mjs'

const instant = () => `${new Date().toISOString().slice(0, 10)} 00:00:00`
const made = async (task) => (await api('Task.svc/Create', { DueDate: instant(), ...task })).Message.Id

browserTest('Recent changes are listed, undone and done again', async (page) => {
  await signIn(page)
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await page.getByRole('heading', { name: 'Nothing yet' }).waitFor()
  await checkPage(page, 'recent-empty')
  for (const Name of ['Ring the notary', 'Sign the contract', 'اتصل بآدا بخصوص العقد']) await made({ Name })
  await page.goto('/')
  await page.getByRole('button', { name: 'Done: Ring the notary' }).click()
  await page.getByRole('status').getByText('“Ring the notary” is done.').waitFor()
  for (const name of ['Sign the contract', 'اتصل بآدا بخصوص العقد']) await page.getByRole('checkbox', { name: `Select ${name}` }).check()
  await page.keyboard.press('t')
  await page.getByRole('status').getByText('2 tasks are moved to tomorrow.').waitFor()
  await page.keyboard.press('u')
  await page.getByRole('status').getByText('Undone: moving 2 tasks.').waitFor()
  await page.getByRole('status').getByRole('link', { name: 'Recent changes' }).click()

  const act = (text) => page.locator('.recent > li').filter({ hasText: text })
  await act('Moved 2 tasks').getByText('Undone').waitFor()
  await act('Moved 2 tasks').getByText('Show the tasks').click()
  await checkPage(page, 'recent')
  await page.keyboard.press('Shift+U')
  await page.getByRole('status').getByText('Redone: moving 2 tasks.').waitFor()
  await act('Moved 2 tasks').getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('status').getByText('Undone: moving 2 tasks.').waitFor()
  await act('Completed “Ring the notary”').getByRole('button', { name: 'Undo' }).click()
  await act('Completed “Ring the notary”').getByRole('button', { name: 'Redo' }).click()
  await act('Moved 2 tasks').getByRole('button', { name: 'Redo' }).waitFor()
  await page.getByRole('button', { name: 'your menu' }).click()
  await page.locator('#account').getByRole('link', { name: 'Recent changes' }).waitFor()
  await checkPage(page, 'recent-menu')
})

browserTest('Without scripts what is done leads to what is next', async (page) => {
  const lead = (await api('LeadManagement.svc/Lead.Create', [{ Attribute: 'FirstName', Value: 'Asha' }])).Message.Id
  await made({ Name: 'Call Asha', TaskType: { Name: 'To-Do' }, RelatedEntity: 1, RelatedEntityId: lead })
  await signIn(page)
  await page.getByRole('button', { name: 'Done: Call Asha' }).click()
  await screenshots(page, 'done-next')
  await page.getByRole('status').getByRole('link', { name: 'What is next?' }).click()
  await page.getByRole('button', { name: 'Nothing' }).first().waitFor()
  await page.getByRole('heading', { name: 'What is next with Asha?' }).waitFor()
}, { javaScriptEnabled: false })
