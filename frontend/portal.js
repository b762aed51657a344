// Enhancements only: every page works without them.
import { initAll } from './govuk-frontend.min.js'

const MINUTE = 60000
const WARNED = 3 * MINUTE // before the session ends
let path = location.pathname

initAll()
closeToAria()
addEventListener('click', closeToAria)
addEventListener('pageshow', closeToAria)
document.querySelectorAll('[data-portal-session]').forEach(watchSession)
document.querySelectorAll('[data-portal-guidance]').forEach(guidePassword)
document.querySelectorAll('[data-portal-link]').forEach(takeFromLink)
document.querySelectorAll('[data-portal-slider]').forEach(slide)
document.querySelectorAll('[data-portal-upload]').forEach(showProgress)

// ARIA knows no aria-expanded on a radio button; what opens below it comes next in the order of reading.
function closeToAria () {
  document.querySelectorAll('[type=radio][aria-expanded]').forEach(each => each.removeAttribute('aria-expanded'))
}

// What a page asks by itself keeps nobody signed in.
function ask (path, options = {}) {
  return fetch(path, { ...options, headers: { ...options.headers, 'Portal-Background': 'yes' } })
}

// Milliseconds that the session has left, by the server's clocks; nothing if it has ended, which another tab may have
// put off or brought about.
async function left () {
  const answer = await ask('/api/v1/session')
  if (answer.status === 401) return 0
  if (!answer.ok) throw new Error(String(answer.status))
  return Date.parse((await answer.json()).ends_at) - Date.parse(answer.headers.get('Date') ?? new Date())
}

// Warns before the session ends, and lets it be extended. Nothing that was typed is taken away.
function watchSession (dialog) {
  if (!dialog.showModal) return
  const [warning, ended] = dialog.querySelectorAll('[data-portal-says]')
  const minutes = warning.querySelector('[data-portal-minutes]')
  let timer = setTimeout(look, Number(dialog.dataset.portalSession) * MINUTE - WARNED)

  function next (wait) {
    clearTimeout(timer)
    timer = setTimeout(look, Math.max(wait, 1000))
  }

  async function look () {
    let remaining
    try {
      remaining = await left()
    } catch {
      return next(MINUTE / 4)
    }
    if (remaining > WARNED) {
      dialog.close()
      return next(remaining - WARNED)
    }
    warning.hidden = remaining <= 0
    ended.hidden = remaining > 0
    minutes.textContent = remaining > MINUTE ? `${Math.ceil(remaining / MINUTE)} minutes` : 'less than a minute'
    if (!dialog.open) dialog.showModal()
    if (remaining > 0) next(Math.min(remaining, MINUTE / 2))
  }

  dialog.addEventListener('close', () => { if (ended.hidden) stay() })
  dialog.querySelectorAll('[data-portal-close]').forEach(each => each.addEventListener('click', () => dialog.close()))
  async function stay () {
    try {
      await fetch('/api/v1/me')
    } catch { /* no network: the next look says how it stands */ }
    next(1000)
  }
}

// Says what is wrong with a password while it is being typed. Nothing of it is kept.
function guidePassword (place) {
  const form = place.closest('form')
  const field = form.elements.password
  let timer
  let turn = 0
  field.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(check, 600)
  })

  async function check () {
    const mine = ++turn
    if (!field.value) return say('', [])
    const typed = {
      password: field.value.slice(0, 1000),
      name: form.elements.name?.value.slice(0, 200) ?? '',
      email: form.elements.email?.value.slice(0, 254) ?? '',
      staff: place.dataset.portalGuidance === 'staff'
    }
    try {
      const headers = { 'Content-Type': 'application/json' }
      const answer = await ask('/api/v1/password-guidance', { method: 'POST', headers, body: JSON.stringify(typed) })
      if (!answer.ok || mine !== turn) return
      const { good, faults } = await answer.json()
      say(good ? 'This is a good password.' : faults.length ? 'This password cannot be used yet:' : '', faults)
    } catch { /* the same is said when the form is sent */ }
  }

  function say (heading, faults) {
    const list = faults.map(text => Object.assign(document.createElement('li'), { textContent: text }))
    place.querySelector('p').textContent = heading
    place.querySelector('ul').replaceChildren(...list)
  }
}

// The secret part of a mailed link stands after its #, where no server and no log sees it; it goes into the form, and out
// of the address.
function takeFromLink (group) {
  const token = decodeURIComponent(location.hash.slice(1))
  if (!token) return
  group.querySelector('input').value = token
  group.hidden = true
  history.replaceState(null, '', location.pathname + location.search)
}

// A slider beside a list of versions. Moving it chooses; letting go, or Enter, shows what was chosen.
function slide (list) {
  const slider = Object.assign(document.createElement('input'), {
    type: 'range', className: 'portal-slider', min: 0, max: list.options.length - 1, value: list.selectedIndex
  })
  slider.setAttribute('aria-label', list.dataset.portalSlider)
  const say = () => slider.setAttribute('aria-valuetext', list.selectedOptions[0].text)
  slider.addEventListener('input', () => {
    list.selectedIndex = Number(slider.value)
    say()
  })
  list.addEventListener('change', () => {
    slider.value = list.selectedIndex
    say()
  })
  slider.addEventListener('pointerup', () => list.form.requestSubmit())
  slider.addEventListener('keydown', event => { if (event.key === 'Enter') list.form.requestSubmit() })
  say()
  list.after(slider)
}

// Sends a form with files and shows how far each is. What comes back is the page that the server would have shown.
function showProgress (form) {
  const place = form.querySelector('[data-portal-progress]')
  if (!place) return
  const [status, list] = place.children
  let busy = false
  form.addEventListener('submit', event => {
    const files = [...form.querySelector('input[type=file]').files]
    if (busy) return event.preventDefault()
    if (!files.length) return
    event.preventDefault()
    busy = true
    send(files, event.submitter)
  })

  function send (files, button) {
    const sent = new FormData(form)
    if (button?.name) sent.append(button.name, button.value)
    const bars = files.map(file => bar(file))
    list.replaceChildren(...bars.map(each => each.item))
    status.textContent = files.length > 1 ? `Uploading ${files.length} files` : 'Uploading the file'
    place.hidden = false
    const request = new XMLHttpRequest()
    request.upload.addEventListener('progress', ({ loaded }) => {
      for (const each of bars) { // they are sent one after the other
        each.meter.value = Math.max(0, Math.min(loaded, each.file.size))
        loaded -= each.file.size
      }
    })
    request.upload.addEventListener('load', () => {
      bars.forEach(each => { each.meter.value = each.meter.max })
      status.textContent = 'Uploaded. We are looking at what they are.'
    })
    request.addEventListener('load', () => show(request))
    request.addEventListener('error', fail)
    request.open('POST', form.action)
    request.send(sent)
  }

  function bar (file) {
    const item = document.createElement('li')
    const meter = Object.assign(document.createElement('progress'), { max: Math.max(file.size, 1), value: 0 })
    meter.className = 'portal-progress'
    meter.setAttribute('aria-label', file.name)
    item.append(file.name, meter)
    return { file, item, meter }
  }

  function fail () {
    busy = false
    place.hidden = true
    const says = document.createElement('div')
    says.append(form.querySelector('template').content.cloneNode(true))
    document.querySelector('.govuk-error-summary')?.remove()
    document.querySelector('main').prepend(says)
    initAll({ scope: says })
  }
}

// Another page of ours in place of this one, as if a form had been sent in the usual way.
function show (request) {
  const page = new DOMParser().parseFromString(request.responseText, 'text/html')
  if (!page.querySelector('main')) return location.assign(request.responseURL)
  const place = document.querySelector('main').parentElement
  const shown = page.querySelector('main').parentElement
  document.title = page.title
  if (new URL(request.responseURL).pathname !== path) history.pushState(null, '', request.responseURL)
  path = location.pathname
  place.replaceWith(shown)
  initAll({ scope: shown })
  shown.querySelectorAll('[data-portal-upload]').forEach(showProgress)
  if (!shown.contains(document.activeElement)) {
    const main = shown.querySelector('main')
    main.tabIndex = -1
    main.focus()
  }
}

// Back from a page that was put in place of another; a link within a page is no way back.
window.addEventListener('popstate', () => { if (location.pathname !== path) location.reload() })
