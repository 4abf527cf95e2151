// A start that is chosen in the calendar beside a form is chosen in the form: what was typed stays.
document.addEventListener("click", (event) => {
  const start = event.target.closest("[data-calendar] [data-start]");
  const choice = document.querySelector("select[name=when]");
  if (!start || ![...(choice?.options ?? [])].some((each) => each.value === start.dataset.start)) return;
  event.preventDefault();
  choice.value = start.dataset.start;
  choice.focus();
});
