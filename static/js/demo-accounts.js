// The demonstration's sign-in page: a button fills in one of the accounts shown beside it and sends.
addEventListener("click", (event) => {
  const { fillLogin, fillPassword } = event.target.closest("[data-fill-login]")?.dataset ?? {};
  if (!fillLogin) return;
  document.querySelector("[name=login]").value = fillLogin;
  document.querySelector("[name=password]").value = fillPassword;
});
