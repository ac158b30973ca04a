// What people do from a reminder's mail, without signing in.
import assert from 'node:assert/strict'
import { api, browserTest, checkPage, mails, signIn, waitUntil } from './browser.mjs'

// reminded makes a task whose reminder is mailed at once, and returns its id and the links in the
// mail, by what stands before them.
async function reminded(name) {
  const due = new Date(Date.now() + 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
  const { Message } = await api('Task.svc/Create', { Name: name, DueDate: due, NotifyBy: 1100, Reminder: 61 })
  const mail = await waitUntil(async () => (await mails(1)).find(({ Text }) => Text.includes(name)))
  const link = (label) => new RegExp(`^${label}: (\\S+/m/\\S+)$|${label}: (\\S+/m/\\S+)`, 'm').exec(mail.Text).slice(1).find(Boolean)
  return { id: Message.Id, done: link('Done'), snooze: link('Snooze'), off: link('Turn reminder mails off') }
}

const isDone = async (id) => (await api(`Task.svc/Retrieve.GetById?id=${id}`))[0].StatusCode === 1

browserTest('A task is done from its mail on a phone, and the link then says so', async (page) => {
  const { id, done } = await reminded('Call Ada back')
  await page.setViewportSize({ width: 360, height: 740 })
  await page.goto(done)
  await page.getByRole('heading', { name: 'Call Ada back' }).waitFor()
  await checkPage(page, 'mail-done')
  await page.reload() // opening it does nothing
  await page.getByRole('button', { name: 'Mark as done' }).click()
  await page.getByRole('heading', { name: 'Done' }).waitFor()
  await page.getByText('You marked this task as done from your mail').waitFor()
  await checkPage(page, 'mail-done-told')
  await page.reload()
  await page.getByRole('heading', { name: 'Done' }).waitFor()
  assert.ok(await isDone(id))

  await page.getByRole('button', { name: 'Open Tickler' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await signIn(page)
  await page.goto(`/tasks/${id}`)
  await page.getByText('from a mail').waitFor()
})

browserTest('A task is snoozed from its mail by the keyboard, and its older links say why they do nothing', async (page) => {
  const { done, snooze } = await reminded('Call Bob back')
  await page.goto(snooze)
  await page.getByRole('heading', { name: 'When shall we remind you again?' }).waitFor()
  await checkPage(page, 'mail-snooze')
  await page.getByRole('button', { name: 'Tomorrow' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Snoozed' }).waitFor()
  await checkPage(page, 'mail-snooze-told')
  await page.goto(done)
  await page.getByRole('heading', { name: 'The reminder has moved' }).waitFor()
  await checkPage(page, 'mail-too-late')
  assert.equal(await page.getByRole('button', { name: 'Mark as done' }).count(), 0)
  await page.goto(`${done.slice(0, -4)}AAAA`)
  await page.getByRole('heading', { name: "This link doesn't work" }).waitFor()
  await checkPage(page, 'mail-wrong')
})

browserTest('Reminder mails are turned off from a mail, and on again in the settings', async (page) => {
  const { off } = await reminded('Call Eve back')
  await page.goto(off)
  await page.getByRole('heading', { name: 'Turn reminder mails off?' }).waitFor()
  await checkPage(page, 'mail-off')
  await page.getByRole('button', { name: 'Turn reminder mails off' }).click()
  await page.getByRole('heading', { name: 'Reminder mails are off' }).waitFor()
  await checkPage(page, 'mail-off-told')
  await signIn(page)
  await page.goto('/settings')
  await page.getByText('You have turned them off').waitFor()
  await checkPage(page, 'settings-mails-off')
  await page.getByRole('button', { name: 'Turn reminder mails on' }).click()
  await page.getByText('Reminder mails are on.').waitFor()
})

browserTest('Without scripts, a task is done from its mail too', async (page) => {
  const { id, done } = await reminded('اتصل بآدا '.repeat(20).trim())
  await page.goto(done)
  await page.getByRole('button', { name: 'Mark as done' }).click()
  await page.getByRole('heading', { name: 'Done' }).waitFor()
  assert.ok(await isDone(id))
}, { javaScriptEnabled: false })
