// Runs before the page is drawn, so that a chosen theme does not come late. Without a choice the
// browser's holds.
if (localStorage.getItem('theme')) document.documentElement.dataset.theme = localStorage.getItem('theme')
