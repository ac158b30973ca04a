// The page of a task, where the links in mails lead.
import assert from 'node:assert/strict'
import { api, browserTest, checkPage, signIn } from './browser.mjs'

const made = async (task) => (await api('Task.svc/Create', task)).Message.Id

browserTest('A link to a task leads there through sign-in, and the task can be completed and reopened', async (page) => {
  const id = await made({ Name: 'Call Ada back', Description: 'First line\nSecond line', TaskType: { Name: 'Meeting' }, CustomFields: { mx_Custom_1: '42' } })
  await page.goto(`/tasks/${id}`)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await signIn(page)
  await page.goto(`/tasks/${id}`)
  await page.getByRole('heading', { name: 'Call Ada back' }).waitFor()
  await checkPage(page, 'task')
  await page.getByRole('button', { name: 'Complete' }).click()
  await page.getByRole('status').getByText('The task is completed.').waitFor()
  await page.getByRole('button', { name: 'Reopen' }).click()
  await page.getByRole('status').getByText('The task is open again.').waitFor()
  await checkPage(page, 'task-history')
  const [, latest] = await page.getByRole('row').all() // below the heads of the columns
  assert.match(await latest.innerText(), /Reopened/)
})

browserTest('A name of many letters without a blank fits a phone', async (page) => {
  const id = await made({ Name: 'x'.repeat(500), Description: 'y'.repeat(2000), Location: 'z'.repeat(500) })
  await signIn(page)
  await page.goto(`/tasks/${id}`)
  await checkPage(page, 'task-long')
})
