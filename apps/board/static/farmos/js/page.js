// What every page of the shop floor loads. Each part works without the others, and the page without all of them.
import "./forms.js";
import "./find.js";
import "./keys.js";
import "./live.js";
