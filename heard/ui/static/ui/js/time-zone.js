// The server shows times in the zone that this browser lives in; it learns of it by a cookie.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
const cookie = `timezone=${encodeURIComponent(zone)}`
if (zone && !document.cookie.split("; ").includes(cookie)) {
  const secure = location.protocol === "https:" ? "; secure" : ""
  document.cookie = `${cookie}; path=/; max-age=31536000; samesite=lax${secure}`
}
