import { say } from "heard/words"

/**
 * <live-stream src="/events" position="123">: one event stream for the whole browser. The tab that holds the lock
 * reads it and tells the others; when it closes, the next one goes on from the last position. Every tab hears
 * `heard:event` on document, with {position, kind, subject_kind, subject_id, audience}, or `heard:resync` when it was
 * away for too long and must fetch what it shows again.
 */
const LOCK = "heard:stream"
const RECENT = 500 // events a leader keeps for tabs that opened while others were already listening
const LONGEST_PAUSE = 30_000

class LiveStream extends HTMLElement {
  connectedCallback() {
    this.position = Number(this.getAttribute("position") || 0)
    this.recent = []
    this.pause = 1_000
    this.channel = new BroadcastChannel(LOCK)
    this.channel.onmessage = ({ data }) => this.hear(data)
    this.bar = makeBar()
    this.onOffline = () => this.show("offline")
    this.onOnline = () => this.comeBack()
    addEventListener("offline", this.onOffline)
    addEventListener("online", this.onOnline)
    if (!navigator.onLine) this.show("offline")
    this.ended = new Promise((resolve) => (this.end = resolve))
    this.leaving = new AbortController()
    this.channel.postMessage({ type: "hello", position: this.position })
    if (!navigator.locks) return this.lead() // without locks every tab reads for itself
    navigator.locks.request(LOCK, { signal: this.leaving.signal }, () => this.lead()).catch(() => {})
  }

  disconnectedCallback() {
    this.leaving?.abort()
    this.end?.()
    this.source?.close()
    clearTimeout(this.retry)
    this.channel?.close()
    this.bar?.remove()
    removeEventListener("offline", this.onOffline)
    removeEventListener("online", this.onOnline)
  }

  /** Read the stream until this tab goes; the lock is held as long as the promise is open. */
  lead() {
    this.isLeader = true
    this.open()
    return this.ended
  }

  open() {
    clearTimeout(this.retry)
    this.source?.close()
    const address = new URL(this.getAttribute("src"), location.href)
    if (this.position || this.hasAttribute("position")) address.searchParams.set("after", this.position)
    this.source = new EventSource(address)
    this.source.onopen = () => this.tell({ type: "open" })
    this.source.onmessage = (message) => this.receive(message)
    this.source.addEventListener("resync", (message) => this.startAgain(message))
    this.source.onerror = () => this.lost()
  }

  receive(message) {
    const event = JSON.parse(message.data)
    event.position ??= Number(message.lastEventId)
    this.recent.push(event)
    if (this.recent.length > RECENT) this.recent.shift()
    this.tell({ type: "event", event })
  }

  startAgain(message) {
    this.recent = []
    const position = Number(message.lastEventId) || Number(readPosition(message.data)) || this.position
    this.tell({ type: "resync", position })
  }

  /** The browser tries again by itself while the server answers; after an error answer it gives up, and we try. */
  lost() {
    this.tell({ type: "lost" })
    if (this.source.readyState !== EventSource.CLOSED) return
    this.retry = setTimeout(() => this.open(), this.pause * (0.75 + Math.random() / 2))
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE)
  }

  tell(news) {
    this.channel.postMessage(news)
    this.hear(news)
  }

  hear(news) {
    if (news.type === "event") this.dispatch(news.event)
    if (news.type === "open") this.connected()
    if (news.type === "lost") this.show(navigator.onLine ? "reconnecting" : "offline")
    if (news.type === "resync") this.resync(news.position)
    if (news.type === "hello" && this.isLeader) this.welcome(news.position)
  }

  dispatch(event) {
    if (event.position && event.position <= this.position) return
    this.position = event.position || this.position
    document.dispatchEvent(new CustomEvent("heard:event", { detail: event }))
  }

  /** A tab that opened later may have missed what came between its page and now: tell it again. */
  welcome(position) {
    if (!position) return
    for (const event of this.recent) if (event.position > position) this.channel.postMessage({ type: "event", event })
  }

  resync(position) {
    this.position = position || this.position // it may be lower: a backup was restored
    document.dispatchEvent(new CustomEvent("heard:resync"))
  }

  connected() {
    this.pause = 1_000
    this.wait()
    this.bar.hidden = true
  }

  comeBack() {
    this.show("reconnecting")
    if (this.isLeader) this.open()
  }

  /** A short break is not worth a word: the bar waits two seconds before it says so, however often it is tried meanwhile. */
  show(name) {
    const appear = () => {
      this.bar.querySelector("strong").textContent = say(name)
      this.bar.querySelector("span").textContent = say(`${name}.rest`)
      this.bar.hidden = false
    }
    if (name !== "offline" && this.bar.hidden) return (this.showing ??= setTimeout(appear, 2_000))
    this.wait()
    appear()
  }

  /** Say nothing yet, or no more. */
  wait() {
    clearTimeout(this.showing)
    this.showing = undefined
  }
}

function makeBar() {
  const bar = document.createElement("p")
  bar.className = "connection"
  bar.setAttribute("role", "status")
  bar.hidden = true
  const words = document.createElement("span")
  bar.append(document.createElement("strong"), words)
  document.body.append(bar)
  return bar
}

function readPosition(data) {
  try {
    return JSON.parse(data).position
  } catch {
    return 0
  }
}
customElements.define("live-stream", LiveStream)
