// Leads: a list that is searched as one types, a page for each, and the form.
import assert from 'node:assert/strict'
import { api, browserTest, checkPage, focused, signIn, waitUntil } from './browser.mjs'

const lead = async (values) => {
  const body = Object.entries(values).map(([Attribute, Value]) => ({ Attribute, Value }))
  return (await api('LeadManagement.svc/Lead.Create', body)).Message.Id
}
const task = (id, values) => api('Task.svc/Create', { RelatedEntity: 1, RelatedEntityId: id, ...values })
const listed = (page) => page.locator('#leads tbody th').allInnerTexts()

browserTest('Leads: from none to the first, by keyboard', async (page) => {
  await signIn(page)
  await page.goto('/leads')
  await page.getByRole('heading', { name: 'No leads yet' }).waitFor()
  await checkPage(page, 'leads-empty')
  await page.locator('body').press('c')
  await page.getByLabel('First name').waitFor()
  await focused(page, '#first')
  await page.getByLabel('E-mail address').fill('no address')
  await page.keyboard.press('Enter')
  await page.locator('#email-mistake').waitFor()
  await focused(page, '#email')
  await checkPage(page, 'lead-mistake')
  await page.getByLabel('First name').fill('Zoë')
  await page.getByLabel('E-mail address').fill('zoe@example.com')
  await page.getByLabel('Company').fill('Ærø Søfart')
  await page.getByLabel('Mobile').fill('+45 20 12 34 56')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Zoë' }).waitFor()
  await page.getByRole('status').getByText('Added the lead.').waitFor()
  assert.equal(await page.getByRole('link', { name: '+45 20 12 34 56' }).getAttribute('href'), 'tel:+4520123456')
  await checkPage(page, 'lead-new')
})

browserTest('Leads are found as one types, in every script', async (page) => {
  const asha = await lead({ FirstName: 'Asha', LastName: 'Rao', EmailAddress: 'asha@example.com', Phone: '+91-98450-12345', Company: 'Acme Tools' })
  await lead({ FirstName: 'José-Luis', LastName: 'Núñez', Company: 'Łódź Metal' })
  await lead({ FirstName: '太郎', LastName: '山田', Phone: '+81-3-1234-5678' })
  await lead({ FirstName: 'محمد', LastName: 'الأحمد', Company: 'شركة النور', EmailAddress: 'mohammed@example.com' })
  await lead({ FirstName: 'x'.repeat(90), LastName: 'y'.repeat(90), EmailAddress: `${'z'.repeat(60)}@${'long.'.repeat(20)}example.com` })
  await task(asha, { Name: 'Call Asha about the renewal', DueDate: '2020-01-01 10:00:00' })
  await signIn(page)
  await page.goto('/leads')
  await checkPage(page, 'leads')
  await page.locator('body').press('/')
  const search = page.getByLabel('Name, company, e-mail or phone')
  for (const [text, name] of [
    ['rao as', 'Asha Rao'], ['nunez', 'José-Luis Núñez'], ['lodz', 'José-Luis Núñez'], ['山田太', '太郎 山田'], ['احمد', ''],
    ['الاحمد', 'محمد الأحمد'], ['098450 1', 'Asha Rao'], ['ASHA@E', 'Asha Rao'],
  ]) {
    assert.ok(await search.evaluate((field) => field === document.activeElement), 'the field has lost the focus')
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type(text)
    if (name) await page.waitForFunction((want) => {
      const rows = [...document.querySelectorAll('#leads tbody th')]
      return rows.length === 1 && rows[0].innerText === want
    }, name)
    else await page.getByText('No lead matches').waitFor()
    assert.equal(await search.inputValue(), text)
  }
  await page.waitForURL(/q=ASHA/)

  // A change elsewhere asks for the list again; what is sought meanwhile is not taken back by that answer.
  const shows = (name) => waitUntil(async () => (await listed(page)).join() === name)
  let release
  await page.route(/q=ASHA/, async (route) => {
    const answer = await route.fetch()
    await new Promise((resolve) => (release = resolve))
    await route.fulfill({ response: answer })
  })
  await page.evaluate(() => document.dispatchEvent(new CustomEvent('tickler:changed')))
  await waitUntil(() => release)
  await search.fill('lodz')
  await shows('José-Luis Núñez')
  const late = page.waitForEvent('requestfinished', (request) => request.url().includes('q=ASHA'))
  release()
  await late
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0))))
  assert.deepEqual(await listed(page), ['José-Luis Núñez'])
  await page.unrouteAll({ behavior: 'wait' })
  await search.fill('ASHA@E')
  await shows('Asha Rao')
  await page.keyboard.press('ArrowDown')
  await focused(page, 'tr', 'Asha Rao')
  await page.keyboard.press('/')
  await page.keyboard.press('Enter')
  await focused(page, 'tr', 'Asha Rao')
  await page.reload()
  assert.deepEqual(await listed(page), ['Asha Rao'])
  await search.fill('nobody of this name')
  await page.getByText('No lead matches').waitFor()
  await checkPage(page, 'leads-none')
  await page.goto('/leads')
  await page.getByRole('link', { name: 'Overdue' }).click()
  await page.waitForURL(/view=overdue/)
  assert.deepEqual(await listed(page), ['Asha Rao'])
  await page.getByRole('link', { name: 'No next step' }).click()
  await page.waitForURL(/view=no-step/)
  assert.ok(!(await listed(page)).includes('Asha Rao'))
  await page.getByRole('link', { name: 'Name', exact: true }).click()
  await page.waitForURL(/by=name/)
  assert.equal((await listed(page))[0], 'José-Luis Núñez')
})

browserTest('The page of a lead, and what two people write over it', async (page) => {
  const id = await lead({ FirstName: 'Binta', LastName: 'Diallo', EmailAddress: 'binta@example.com', Phone: '+221 33 123 45 67', Company: 'Dakar Soleil', mx_Job_Title: 'Head of buying', mx_Notes: 'Met at the fair.\nWants a demo.' })
  const deal = (await api('OpportunityManagement.svc/Opportunity.Create', { LeadId: id, Name: 'Roof of the school' })).Message.Id
  await task(id, { Name: 'Send the offer', DueDate: '2020-01-01 10:00:00' })
  await task(id, { Name: 'Meet Binta', DueDate: '2099-01-01 10:00:00', TaskType: { Name: 'Meeting' } })
  await api('Task.svc/Create', { RelatedEntity: 5, RelatedEntityId: deal, Name: 'Measure the roof', DueDate: '2099-02-01 10:00:00' })
  const done = (await task(id, { Name: 'Say hello', DueDate: '2020-01-01 10:00:00' })).Message.Id
  await api(`Task.svc/MarkComplete?id=${done}`, {})
  await signIn(page)
  await page.goto(`/leads/${id}`)
  await page.getByRole('heading', { name: 'Binta Diallo' }).waitFor()
  await checkPage(page, 'lead')
  await page.getByRole('button', { name: 'Done: Send the offer' }).click()
  await page.locator('#done').getByText('Send the offer').waitFor()

  await page.locator('body').press('E')
  await page.getByLabel('Job Title').waitFor()
  await checkPage(page, 'lead-edit')
  await api(`LeadManagement.svc/Lead.Update?leadId=${id}`, [{ Attribute: 'Phone', Value: '+221 33 999 99 99' }, { Attribute: 'mx_Job_Title', Value: 'Director' }])
  await page.getByLabel('Phone').fill('+221 33 000 00 00')
  const asked = page.waitForEvent('dialog')
  const pressed = page.keyboard.press('Escape')
  await (await asked).dismiss() // stays
  await pressed
  await page.getByLabel('Company').fill('Dakar Lune')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('nothing is saved yet').waitFor()
  await page.getByText('+221 33 999 99 99').waitFor()
  await checkPage(page, 'lead-clash')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Somebody else has changed “Job Title” meanwhile to “Director”').waitFor()
  await page.getByText('Dakar Lune').waitFor()
  await page.getByRole('link', { name: '+221 33 000 00 00' }).waitFor()
})

browserTest('Leads without scripts', async (page) => {
  await lead({ FirstName: 'Quentin', LastName: 'Plain' })
  await signIn(page)
  await page.goto('/leads')
  await page.getByLabel('Name, company, e-mail or phone').fill('plain q')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.waitForURL(/q=plain/)
  assert.deepEqual(await listed(page), ['Quentin Plain'])
  await page.getByRole('link', { name: 'Quentin Plain' }).click()
  await page.getByRole('heading', { name: 'Quentin Plain' }).waitFor()
}, { javaScriptEnabled: false })
