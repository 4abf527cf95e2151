// Improves the operator's form: shows the photograph, ticks whole weekdays, keeps what is typed.
// Without it the form works all the same.

const form = document.querySelector("form[data-draft], form:has([data-calendar])");
document.querySelector("[data-focus]")?.focus();

const file = document.querySelector("input[type=file]");
const preview = document.querySelector("[data-preview]");
file?.addEventListener("change", () => {
  const chosen = file.files[0];
  if (!chosen || !preview) return;
  preview.removeAttribute("srcset");
  preview.src = URL.createObjectURL(chosen);
  preview.hidden = false;
});

const calendar = document.querySelector("[data-calendar]");
if (calendar) {
  const days = [...calendar.querySelectorAll("input[name=day]")];
  const weekdays = [...calendar.querySelectorAll("input[name=weekday]")];
  const count = calendar.querySelector("[data-count]");
  const of = (number) => days.filter((day) => day.dataset.weekday === number);
  const tell = () => {
    const ticked = days.filter((day) => day.checked).length;
    count.textContent = !ticked ? "" : ticked === 1 ? count.dataset.one : count.dataset.many.replace("{n}", ticked);
  };
  for (const weekday of weekdays) {
    // From here on the single days say everything, so that one of them can be unticked.
    weekday.removeAttribute("name");
    if (weekday.checked) for (const day of of(weekday.value)) day.checked = true;
    weekday.addEventListener("change", () => {
      for (const day of of(weekday.value)) day.checked = weekday.checked;
      tell();
    });
  }
  calendar.addEventListener("change", (event) => {
    const day = event.target;
    if (day.name !== "day") return;
    const weekday = weekdays.find((each) => each.value === day.dataset.weekday);
    if (weekday) weekday.checked = of(weekday.value).every((each) => each.checked);
    tell();
  });
  tell();
}

if (form?.dataset.draft) {
  let waiting;
  let sending = false;
  const keep = () => {
    clearTimeout(waiting);
    if (sending) return;
    const body = new FormData(form);
    body.delete("picture");
    fetch(form.dataset.draft, { method: "POST", body, keepalive: true }).catch(() => {});
  };
  form.addEventListener("submit", () => {
    sending = true;
    clearTimeout(waiting);
  });
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 1500);
  });
}
