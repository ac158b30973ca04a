// The list of first steps in a new account.
import { browserTest, checkPage, signIn } from './browser.mjs'

browserTest('A new account has a list of first steps, which are done by themselves', async (page) => {
  await signIn(page)
  const list = page.getByRole('article', { name: 'Welcome to Tickler' })
  await list.getByText('1 of 4 done').waitFor()
  await list.getByText('Set up e-mail: done').waitFor()
  await checkPage(page, 'welcome')

  await list.getByRole('link', { name: 'Add a colleague' }).click()
  await page.getByRole('heading', { name: 'Set up Tickler' }).waitFor()
  await page.getByRole('heading', { name: 'Colleagues' }).waitFor()
  await checkPage(page, 'set-up')

  await page.getByRole('link', { name: 'Back to Today' }).click()
  await list.getByRole('link', { name: 'Add your first task' }).click()
  await page.getByRole('dialog').getByRole('textbox').first().fill('Call Asha today')
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('Added “Call Asha”').waitFor()
  await list.getByText('2 of 4 done').waitFor()
  await checkPage(page, 'welcome-task')

  await list.getByRole('link', { name: 'Connect a program' }).click()
  await page.getByRole('button', { name: 'Make an access key' }).click()
  await page.getByRole('heading', { name: 'Your new access key' }).waitFor()
  await page.goto('/')
  await list.getByText('3 of 4 done').waitFor()
})

browserTest('Without scripts the list is hidden for good', async (page) => {
  await signIn(page)
  await page.getByRole('button', { name: 'Hide this list' }).click()
  await page.getByRole('status').getByText('The list is hidden.').waitFor()
  await page.getByRole('article', { name: 'Welcome to Tickler' }).waitFor({ state: 'detached' })
}, { javaScriptEnabled: false })
