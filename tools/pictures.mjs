// usage: node tools/pictures.mjs FOLDER
// Takes README's pictures of the demo, in Chromium, into a folder. bin/tickler is built already;
// TICKLER_CHROMIUM names a Chromium that is not in the path.
import { spawn } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

// A picture for each row: what its file is called, light or dark, and how to get to the page.
const pictures = [
  {
    name: 'today', colorScheme: 'light',
    open: async (page) => {
      await page.goto('/')
      await page.locator('.task .name').first().click()
      await page.locator('#panel h2').first().waitFor()
    },
  },
  { name: 'requests', colorScheme: 'dark', open: (page) => page.goto('/requests') },
]

const viewport = { width: 1280, height: 800 }
const quality = 70 // of WebP, of 100
const mostBytes = 150_000

const [folder] = process.argv.slice(2)
const data = await mkdtemp(join(tmpdir(), 'tickler-pictures-'))
const demo = spawn('bin/tickler', ['demo', '--data', data, '--listen', '127.0.0.1:0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  const { url, email, password } = await signInOf(demo)
  const browser = await chromium.launch({
    executablePath: process.env.TICKLER_CHROMIUM ?? await findChromium(), args: ['--no-sandbox', '--disable-gpu'],
  })
  try {
    for (const picture of pictures) await take(browser, picture, { url, email, password })
  } finally {
    await browser.close()
  }
} finally {
  demo.kill('SIGTERM')
  await new Promise((resolve) => (demo.exitCode === null ? demo.once('exit', resolve) : resolve()))
  await rm(data, { recursive: true })
}

// signInOf waits until the demo serves, and reads what it prints.
async function signInOf(demo) {
  let printed = ''
  for await (const part of demo.stdout) {
    printed += part
    const found = /Sign in +(?<email>\S+) at (?<url>\S+)\/\n +Password +(?<password>\S+)\n/.exec(printed)
    if (found) return found.groups
  }
  throw new Error(`the demo does not serve:\n${printed}`)
}

async function findChromium() {
  for (const folder of process.env.PATH.split(':')) {
    const path = join(folder, 'chromium')
    if (await stat(path).catch(() => null)) return path
  }
  throw new Error('there is no chromium in the path: name one with TICKLER_CHROMIUM')
}

async function take(browser, { name, colorScheme, open }, { url, email, password }) {
  const context = await browser.newContext({
    viewport, baseURL: url, colorScheme, deviceScaleFactor: 2, reducedMotion: 'reduce', locale: 'en-GB',
  })
  const page = await context.newPage()
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL((location) => location.pathname !== '/sign-in')
  await open(page)
  await page.getByRole('heading', { level: 1 }).waitFor()
  const devtools = await context.newCDPSession(page)
  const shot = await devtools.send('Page.captureScreenshot', { format: 'webp', quality })
  const picture = Buffer.from(shot.data, 'base64')
  if (picture.length > mostBytes) throw new Error(`${name} has ${picture.length} bytes, more than ${mostBytes}`)
  await writeFile(join(folder, `${name}.webp`), picture)
  console.log(`${name}.webp: ${Math.round(picture.length / 1000)} kB`)
  await context.close()
}
