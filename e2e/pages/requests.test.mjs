// Request History: from a bulk request's call to its report, its webhook, and what people do about
// it.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { api, browserTest, checkPage, mails, received, receiverURL, screenshots, signIn, url } from './browser.mjs'

const heading = (page, name) => page.getByRole('heading', { name, level: 1 })

// rowsOf returns the table of a request's rows as texts.
const rowsOf = (page) =>
  page
    .getByRole('region', { name: 'Rows' })
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim())))

async function download(page, name) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()])
  return readFile(await file.path())
}

// parse reads CSV as RFC 4180 has it.
function parse(text) {
  const rows = [['']]
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const row = rows.at(-1)
    if (quoted && text[i] === '"' && text[i + 1] === '"') row[row.length - 1] += text[i++]
    else if (text[i] === '"') quoted = !quoted
    else if (!quoted && text[i] === ',') row.push('')
    else if (!quoted && text[i] === '\r' && text[i + 1] === '\n') rows.push(['']) && i++
    else row[row.length - 1] += text[i]
  }
  return rows.slice(0, -1)
}

browserTest('Without requests the page says how to make one', async (page) => {
  await signIn(page)
  await page.goto('/requests')
  await page.getByText('No bulk requests yet').waitFor()
  assert.match(await page.locator('#bulk-call').textContent(), new RegExp(`^curl '${url}/v2/`))
  await checkPage(page, 'requests-empty')
})

browserTest('A bulk request, its report, its webhook, corrections, and undo', async (page) => {
  await signIn(page)
  const TaskList = [
    { Name: 'Meeting with Ada', TaskType: { Name: 'Meeting' }, Location: 'Koramangala', CustomFields: { mx_Custom_1: 'Bring the papers' } },
    { Name: 'Document Collection', TaskType: { Name: 'Document Collection' }, OwnerEmailAddress: 'vir@example.com' },
    { Name: '=HYPERLINK("http://example.com")', Description: 'a "quoted" one, with a comma' },
  ]
  const { Message } = await api('Task.svc/Bulk/Create', { TaskList, StatusWebhookURL: receiverURL('bulk') })

  await page.goto('/requests')
  await page.getByRole('row', { name: 'Creation of 3 tasks' }).getByText('Partial Success').waitFor() // it looks again by itself
  await checkPage(page, 'requests')
  await page.getByRole('link', { name: 'Creation of 3 tasks' }).click()
  await heading(page, 'Creation of 3 tasks').waitFor()
  await page.getByText('3: 2 created, 1 failed').waitFor()
  const rows = await rowsOf(page)
  assert.deepEqual(
    rows.map(([number, status, name]) => [number, status, name]),
    [
      ['1', 'Success', 'Meeting with Ada'],
      ['2', 'Failure', 'Document Collection'],
      ['3', 'Success', '=HYPERLINK("http://example.com")'],
    ],
  )
  assert.equal(rows[1][3], "The Owner 'vir@example.com' does not exist in the system")

  // The report says the same, row by row.
  const csv = parse((await download(page, 'Report as CSV')).toString().replace(/^\ufeff/, ''))
  assert.deepEqual(csv[0].slice(0, 6), ['RowNumber', 'Status', 'UserTaskId', 'ExceptionType', 'ExceptionMessage', 'Name'])
  assert.deepEqual(
    csv.slice(1).map((cells) => [cells[0], cells[1], cells[5].replace(/^'/, ''), cells[4]]),
    rows,
  )
  assert.equal(csv[3][5], '\'=HYPERLINK("http://example.com")') // which no spreadsheet runs
  assert.equal((await download(page, 'Report as XLSX')).subarray(0, 2).toString(), 'PK')
  const [mail] = await mails(1)
  assert.equal(mail.Subject, 'Bulk Create Tasks: 2 of 3 created')

  // The webhook, and the same once more.
  const [first] = await received('bulk', 1)
  assert.equal(JSON.parse(first.Body).RequestId, Message.Id)
  await page.reload()
  await page.getByRole('region', { name: 'Attempts' }).getByRole('row').nth(1).waitFor()
  await page.getByRole('button', { name: 'Send it again' }).click()
  await page.getByText('The webhook is being sent again.').waitFor()
  const [, second] = await received('bulk', 2)
  assert.equal(second.Body, first.Body)
  assert.deepEqual(second.Header['Webhook-Id'], first.Header['Webhook-Id'])
  await page.reload()
  await page.getByText('2 (by hand)').waitFor()
  await checkPage(page, 'request')

  // The failed row, corrected: once wrongly, once rightly.
  await page.getByRole('button', { name: 'Send the failed rows again' }).click()
  const editor = page.getByLabel('Rows to fix')
  assert.deepEqual(JSON.parse(await editor.inputValue()).TaskList, [TaskList[1]])
  await editor.fill((await editor.inputValue()).replace('OwnerEmailAddress', 'OwnerEmail'))
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByText("Unknown attribute 'TaskList[0].OwnerEmail'").waitFor()
  await checkPage(page, 'resend')
  await editor.fill((await editor.inputValue()).replace('"OwnerEmail"', '"Location"'))
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByText('1: 1 created, 0 failed').waitFor()
  await page.getByRole('link', { name: 'another request' }).click()
  await page.getByText('3: 2 created, 1 failed').waitFor()

  // Undone, except for what somebody has changed.
  const touched = csv[1][2]
  await api('Task.svc/Update', { UserTaskId: touched, Description: 'Ada has called' })
  await page.locator('summary', { hasText: 'Undo…' }).click()
  await page.getByRole('button', { name: 'Undo the request' }).click()
  await heading(page, 'Undo of a creation: 2 tasks').waitFor()
  await page.getByText('2: 1 deleted, 1 failed').waitFor()
  assert.equal((await rowsOf(page))[0][3], 'The task was changed since it was made, so it stays.')
  assert.equal((await api(`Task.svc/Retrieve.GetById?id=${touched}`)).length, 1)
  assert.deepEqual(await api(`Task.svc/Retrieve.GetById?id=${csv[3][2]}`), [])
  await checkPage(page, 'request-undo')

  await page.goto('/requests')
  await page.getByLabel('Status').selectOption('Success')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.getByText('1 to 1 of 1').waitFor()
  await page.getByLabel('Status').selectOption('Cancelled')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.getByText('No requests match.').waitFor()
})

browserTest('A long request shows how far it is, and can be stopped', async (page) => {
  await signIn(page)
  const nobody = '01a20033-3aae-7bd5-97a1-30ccc9788f47'
  const { Message } = await api('Task.svc/DeleteTasks', { TaskIds: Array.from({ length: 5000 }, () => nobody) })
  await page.goto(`/requests/${Message.Id}`)
  page.on('dialog', (dialog) => dialog.accept())
  const stop = page.getByRole('button', { name: 'Stop' })
  const ended = page.locator('#request .facts .badge', { hasText: /Failure|Cancelled/ })
  await stop.or(ended).first().waitFor()
  if (await stop.isVisible()) {
    await screenshots(page, 'request-running')
    await stop.click({ timeout: 2000 }).catch(() => {}) // it may end just before
  }
  await ended.waitFor()
  await page.goto(`/requests/${Message.Id}?rows=failed`)
  await page.getByText('Only those that failed.').waitFor()
})

// lookAgain makes a page that has nothing running look again, as one with a running request does:
// with a bar that grows each time, and with Stop. It gives what waits until a renewal has been
// shown, and then looks at it.
async function lookAgain(page, path, part, stop = '', admit = () => {}) {
  const renewal = `id="${part}" hx-get="${path}" hx-trigger="every 1s" hx-select="#${part}" hx-ext="morph" hx-swap="morph"`
  let looks = 0
  await page.route(`**${path}`, async (route) => {
    if (route.request().headers()['hx-request']) await admit()
    const response = await route.fetch()
    const bar = `<progress id="bar" value="${++looks}" max="1000" aria-label="Progress"></progress>${stop}<table`
    await route.fulfill({ response, body: (await response.text()).replace(`id="${part}"`, renewal).replace('<table', bar) })
  })
  await page.goto(path)
  const bar = page.locator('#bar')
  return async () => {
    const before = await bar.evaluate((element) => element.value)
    await page.waitForFunction((before) => document.querySelector('#bar').value > before, before)
  }
}

// submitted makes a request that succeeds, and returns its id.
async function submitted(page) {
  const { Message } = await api('Task.svc/Bulk/Create', { TaskList: [{ Name: 'Call Ada back' }] })
  await page.goto(`/requests/${Message.Id}`)
  await page.locator('#request .facts .badge', { hasText: 'Success' }).waitFor()
  return Message.Id
}

browserTest('A renewed part keeps the focus, and the result is announced', async (page) => {
  await signIn(page)
  const id = await submitted(page)
  let admit // only when the focus is where it is to stay
  const admitted = new Promise((resolve) => (admit = resolve))
  await lookAgain(page, `/requests/${id}`, 'request', '', () => admitted)
  const button = page.getByRole('button', { name: 'Report as CSV' })
  await button.focus()
  admit()
  await page.getByRole('status').getByText('Success: 1 of 1 created, 0 failed.').waitFor({ state: 'attached' })
  await button.and(page.locator(':focus')).waitFor()
})

// press clicks slowly: the page is renewed while the button is held down.
async function press(page, target, renewed) {
  await target.hover()
  await page.mouse.down()
  await renewed()
  await page.mouse.up()
}

browserTest('What people do while a page is renewed is not lost', async (page) => {
  await signIn(page)
  const id = await submitted(page)
  const path = `/requests/${id}`
  const stop = `<form method="post" action="${path}/stop"><button type="submit" id="stop">Stop</button></form>`
  const renewed = await lookAgain(page, path, 'request', stop)

  const bar = await page.locator('#bar').elementHandle()
  await page.getByText('Undo…').click()
  const words = page.locator('#request dd').first()
  await words.selectText()
  await renewed()
  assert.ok(await page.getByRole('button', { name: 'Undo the request' }).isVisible(), 'Undo was folded again')
  assert.equal(await page.evaluate(() => getSelection().toString().trim()), (await words.innerText()).trim())
  assert.ok(await bar.evaluate((element) => element.isConnected), 'the bar is another one each time')

  await press(page, page.getByRole('button', { name: 'Stop' }), renewed)
  await page.getByText('there is nothing left to stop').waitFor() // so the server was asked to
  await page.goto(path)
  await press(page, page.getByRole('link', { name: 'Call Ada back' }), renewed)
  await heading(page, 'Call Ada back').waitFor()

  await press(page, page.locator(`#to-${id}`), await lookAgain(page, '/requests', 'requests'))
  await heading(page, 'Creation of ').waitFor()
})
