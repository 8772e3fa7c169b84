// The video: which frame is shown, and where a frame or a landing is.

const data = JSON.parse(document.getElementById("data").textContent);
const words = data.text;
const steps = data.steps.number.map((number, i) =>
  Object.fromEntries(Object.entries(data.steps).map(([name, column]) => [name, column[i]])));
const byNumber = new Map(steps.map((step) => [step.number, step]));
const video = document.getElementById("video");
const shownTimes = timesOf(data.frames.shown);
const realTimes = timesOf(data.frames.real);

function timesOf(ticks) {
  let sum = 0;
  return (ticks || []).map((tick) => (sum += tick) * data.frames.tick_s);
}

/** Last index whose time is not after `time`; at least 0. */
function indexAt(times, time) {
  let low = 0, high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) low = middle + 1; else high = middle;
  }
  return Math.max(0, low - 1);
}

function shownFrame() {
  return indexAt(shownTimes, video.currentTime + data.frames.tick_s);
}

/** Show one frame: players show the last that has begun, so aim at its middle. */
function showFrame(index) {
  const frame = Math.min(Math.max(0, index), shownTimes.length - 1);
  const last = frame === shownTimes.length - 1; // shown about as long as the one before
  const interval = frame > 0 && last ? shownTimes[frame] - shownTimes[frame - 1] : shownTimes[frame + 1] - shownTimes[frame];
  video.pause();
  video.currentTime = shownTimes[frame] + (interval || 0) / 2;
}

function stepFrames(count) {
  showFrame(shownFrame() + count);
}

function landingBefore(frame) {
  return steps.filter((step) => step.frame <= frame).at(-1);
}

function stepLandings(count) {
  const frame = shownFrame();
  const target = count < 0
    ? steps.filter((step) => step.frame < frame).at(-1)
    : steps.find((step) => step.frame > frame);
  if (target) go(target.number);
}

/** Bring a landing to the video, the plots, the pictures and the table. */
function go(number) {
  const step = byNumber.get(number);
  if (!step) return;
  if (hasVideo()) {
    showFrame(step.frame);
    keepInView(document.getElementById("player"));
  }
  mark(step.number, step.time);
}

function hasVideo() {
  return Boolean(video) && !video.hidden;
}

function inView(element) {
  const box = element.getBoundingClientRect();
  return box.bottom >= 80 && box.top <= window.innerHeight - 80;
}

function keepInView(element) {
  if (!inView(element)) element.scrollIntoView({ block: "start" });
}

let marked = null;

/** Mark a landing as the one that is seen, and move the line in the plots to a moment of real motion. */
function mark(number, time) {
  moveCursors(time);
  if (number === marked) return;
  marked = number;
  document.querySelectorAll("[aria-current=true]").forEach((element) => element.removeAttribute("aria-current"));
  document.querySelectorAll(`[data-step="${number}"]`).forEach((element) => element.setAttribute("aria-current", "true"));
  const now = document.getElementById("now");
  const step = byNumber.get(number);
  if (now) now.textContent = step ? describe(step) : words.watch.none;
}

function describe(step) {
  const { number, foot, time } = step;
  return filled(words.plots.step, { number, foot: words.foot[foot], strike: strikeWords(step), time: time.toFixed(2) });
}

/** The class with its probability; an unclear landing has none, so there it is that of the likeliest class. */
function strikeWords({ strike, likeliest, sure }) {
  const values = { strike: words.strike[strike], likeliest: words.strike[likeliest], sure };
  if (strike !== "unclear") return filled(words.landings.sure, values);
  return likeliest ? filled(words.landings.likeliest, values) : values.strike;
}

/** Which of two texts goes with a number, as in footstrike.texts. */
function plural(count) {
  return count === 1 ? "one" : "other";
}

/** A text with its placeholders filled in. */
function filled(text, values) {
  return text.replace(/{(\w+)}/g, (_, name) => values[name]);
}

function follow() {
  const frame = shownFrame();
  showPlace(frame);
  const step = landingBefore(frame);
  mark(step ? step.number : null, realTimes[frame]);
}

function showPlace(frame) {
  const seek = document.getElementById("seek");
  seek.value = frame;
  seek.setAttribute("aria-valuetext", filled(words.watch.place, { time: realTimes[frame].toFixed(2) }));
}

function setRate(rate) {
  video.playbackRate = rate;
  document.querySelectorAll("[data-rate]").forEach((button) =>
    button.setAttribute("aria-pressed", String(Number(button.dataset.rate) === rate)));
}

function toggle() {
  if (video.paused) video.play(); else video.pause();
}

function toggleFullScreen() {
  const player = document.getElementById("player");
  if (document.fullscreenElement) document.exitFullscreen();
  else if (player.requestFullscreen) player.requestFullscreen();
  else video.webkitEnterFullscreen(); // an iPhone fills its screen with nothing but a video, with controls of its own
}

function startFullScreen() {
  const full = document.getElementById("full");
  full.hidden = !document.getElementById("player").requestFullscreen && !video.webkitEnterFullscreen;
  full.addEventListener("click", toggleFullScreen);
  document.addEventListener("fullscreenchange", () =>
    full.setAttribute("aria-pressed", String(Boolean(document.fullscreenElement))));
}

const LEAST_HEIGHT_TO_PIN_PX = 480;

/** Keep the player in view beside or above what scrolls, or let it scroll along; only in one column is there a choice. */
function pin(pinned) {
  document.getElementById("player").classList.toggle("loose", !pinned);
  document.getElementById("pin").setAttribute("aria-pressed", String(pinned));
}

function startPin() {
  // An upright picture that is readable leaves no room for anything else, and a phone on its side none beside any.
  const suit = () => pin(video.videoWidth >= video.videoHeight && window.innerHeight >= LEAST_HEIGHT_TO_PIN_PX);
  if (video.videoWidth) suit(); else video.addEventListener("loadedmetadata", suit, { once: true });
  const button = document.getElementById("pin");
  button.addEventListener("click", () => pin(button.getAttribute("aria-pressed") !== "true"));
}

function startVideo() {
  const play = document.getElementById("play");
  const seek = document.getElementById("seek");
  // The browser's own controls would cover feet and timeline whenever the video rests, as it does at every landing.
  video.removeAttribute("controls");
  document.getElementById("controls").hidden = false;
  seek.max = shownTimes.length - 1;
  seek.addEventListener("input", () => showFrame(Number(seek.value)));
  video.addEventListener("click", toggle);
  startFullScreen();
  startPin();
  const tick = () => {
    if (video.paused) return;
    follow();
    requestAnimationFrame(tick);
  };
  video.addEventListener("play", () => { play.textContent = words.watch.pause; tick(); });
  video.addEventListener("pause", () => { play.textContent = words.watch.play; });
  video.addEventListener("seeked", follow);
  video.addEventListener("error", showMissing);
  if (video.error) showMissing();
  play.addEventListener("click", toggle);
  const clicks = { back: () => stepFrames(-1), forward: () => stepFrames(1), previous: () => stepLandings(-1), next: () => stepLandings(1) };
  for (const [id, act] of Object.entries(clicks)) document.getElementById(id).addEventListener("click", act);
  document.querySelectorAll("[data-rate]").forEach((button) =>
    button.addEventListener("click", () => setRate(Number(button.dataset.rate))));
  // Captured, since a player under focus would seek by seconds with the arrows.
  document.addEventListener("keydown", onKey, true);
}

const KEYS = {
  ",": () => stepFrames(-1), ".": () => stepFrames(1), ArrowLeft: () => stepLandings(-1), ArrowRight: () => stepLandings(1),
  1: () => setRate(0.25), 2: () => setRate(0.5), 3: () => setRate(1), " ": toggle,
};

function onKey(event) {
  const act = KEYS[event.key];
  if (!act || !hasVideo() || event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
  // Elsewhere on the page these keys scroll, as on any other page.
  if (!inView(document.getElementById("player")) && !event.target.closest(".bench")) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

/** Whether a key means something to what has the focus. */
function isTaken({ key, target }) {
  if (target.closest("input:not(#seek), .scroll, summary, a")) return true;
  return (key === " " && target.closest("button")) || (key.startsWith("Arrow") && target.closest("#seek"));
}

function showMissing() {
  video.hidden = true;
  document.getElementById("controls").hidden = true;
  document.getElementById("missing").hidden = false;
}
