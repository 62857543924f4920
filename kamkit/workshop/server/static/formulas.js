// Formulas are not typeset on the screen: nothing is fetched for them, and Voilà is told so.
window.MathJax = { Hub: { Config() {}, Configured() {}, Queue() {}, Register: { StartupHook() {} } } };
