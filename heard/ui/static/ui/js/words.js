// The sentences that scripts say come translated with the page, in <meta name="words">.
const written = document.querySelector('meta[name="words"]')?.content
const words = written ? JSON.parse(written) : {}
const plural = new Intl.PluralRules(document.documentElement.lang || "en")

/** The sentence of this name; with a number, in the form that the number asks for, `{n}` replaced. */
export function say(name, n) {
  if (n === undefined) return words[name] ?? name
  const form = words[`${name}.${plural.select(n)}`] ?? words[`${name}.other`] ?? words[name] ?? "{n}"
  return form.replace("{n}", n)
}

/** Milliseconds as people say them: "1 h 52 min", "2 days"; the twin of `duration_in_words` in moments.py. */
export function durationInWords(milliseconds) {
  const minutes = Math.floor(milliseconds / 60_000)
  if (minutes < 1) return say("now")
  if (minutes >= 24 * 60) return say("days", Math.floor(minutes / (24 * 60)))
  const parts = []
  if (minutes >= 60) parts.push(say("hours", Math.floor(minutes / 60)))
  if (minutes % 60) parts.push(say("minutes", minutes % 60))
  return parts.join(" ")
}
