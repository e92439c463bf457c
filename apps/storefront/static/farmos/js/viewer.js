// A part to be turned. The picture from the server stays until the mesh is here, and for good where there is no WebGL.
import {
  AmbientLight,
  Box3,
  DirectionalLight,
  EdgesGeometry,
  LineBasicMaterial,
  LineSegments,
  Mesh,
  MeshStandardMaterial,
  PerspectiveCamera,
  Raycaster,
  Scene,
  Vector3,
  WebGLRenderer,
} from "../../vendor/three@0.185.1/build/three.module.min.js";
import { OrbitControls } from "../../vendor/three@0.185.1/examples/jsm/controls/OrbitControls.js";
import { STLLoader } from "../../vendor/three@0.185.1/examples/jsm/loaders/STLLoader.js";

const TOWARDS = new Vector3(0.55, -0.75, 0.5).normalize(); // as the server's picture is drawn

function scene(geometry) {
  geometry.computeVertexNormals();
  const found = new Scene();
  found.add(new AmbientLight(0xffffff, 1.3));
  for (const [strength, x, y, z] of [
    [2.2, 0.4, -1, 1.6],
    [0.8, -1, 0.6, 0.5],
  ]) {
    const light = new DirectionalLight(0xffffff, strength);
    light.position.set(x, y, z);
    found.add(light);
  }
  const body = new Mesh(geometry, new MeshStandardMaterial({ color: 0x8f9da4, roughness: 0.75, flatShading: true }));
  found.add(body);
  if (geometry.attributes.position.count < 300000) {
    found.add(new LineSegments(new EdgesGeometry(geometry, 30), new LineBasicMaterial({ color: 0x11181c })));
  }
  return { found, body };
}

function frame(camera, controls, box, aspect) {
  const middle = box.getCenter(new Vector3());
  const radius = Math.max(box.getSize(new Vector3()).length() / 2, 0.001);
  const angle = (camera.fov * Math.PI) / 360;
  const distance = radius / Math.sin(Math.min(angle, Math.atan(Math.tan(angle) * aspect)));
  camera.position.copy(middle).addScaledVector(TOWARDS, distance);
  camera.near = distance / 100;
  camera.far = distance * 10;
  camera.updateProjectionMatrix();
  controls.target.copy(middle);
  controls.update();
}

function start(view, geometry) {
  const renderer = new WebGLRenderer({ antialias: true, alpha: true });
  const camera = new PerspectiveCamera(16, 4 / 3, 0.1, 1000);
  camera.up.set(0, 0, 1);
  const { found, body } = scene(geometry);
  const box = new Box3().setFromObject(body);
  const canvas = renderer.domElement;
  canvas.setAttribute("aria-hidden", "true"); // the picture's words stand for it
  view.prepend(canvas);
  const controls = new OrbitControls(camera, canvas);
  controls.enablePan = false;
  controls.addEventListener("change", draw);
  const pins = [...view.querySelectorAll("[data-place]")].map((pin) => ({ pin, at: new Vector3(...pin.dataset.place.split(" ").map(Number)) }));
  const ray = new Raycaster();

  function draw() {
    renderer.render(found, camera);
    const { clientWidth: width, clientHeight: height } = view;
    for (const { pin, at } of pins) {
      const seen = at.clone().project(camera);
      const x = ((seen.x + 1) / 2) * width - pin.offsetWidth / 2;
      const y = ((1 - seen.y) / 2) * height - pin.offsetHeight / 2;
      pin.style.transform = `translate(${Math.min(Math.max(x, 0), width - pin.offsetWidth)}px, ${Math.min(Math.max(y, 0), height - pin.offsetHeight)}px)`;
      const away = at.clone().sub(camera.position);
      ray.set(camera.position, away.clone().normalize());
      ray.far = away.length() * 0.98;
      pin.classList.toggle("behind", geometry.attributes.position.count < 150000 && ray.intersectObject(body).length > 0);
    }
  }

  function size() {
    const { clientWidth: width, clientHeight: height } = view;
    renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    renderer.setSize(width, height, false);
    camera.aspect = width / Math.max(height, 1);
    camera.updateProjectionMatrix();
    draw();
  }

  frame(camera, controls, box, view.clientWidth / Math.max(view.clientHeight, 1));
  new ResizeObserver(size).observe(view);
  view.querySelector("[data-pins]").hidden = false;
  const tools = view.querySelector("[data-tools]");
  tools.hidden = false;
  tools.querySelector("[data-reset]").addEventListener("click", () => frame(camera, controls, box, camera.aspect));
  tools.querySelector("[data-full]").addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : view.requestFullscreen?.()));
  view.classList.add("turning");
  view.dataset.ready = "yes";
  size();
}

function showFinding(event) {
  const pin = event.target.closest("[data-shows]");
  const item = pin && document.getElementById(pin.dataset.shows);
  if (item) {
    for (const other of document.querySelectorAll(".find-li.shown")) {
      other.classList.remove("shown");
    }
    item.classList.add("shown");
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }
}

for (const view of document.querySelectorAll("[data-viewer]")) {
  view.addEventListener("click", showFinding);
  new STLLoader().load(
    view.dataset.mesh,
    (geometry) => {
      try {
        start(view, geometry);
      } catch {
        view.querySelector("canvas")?.remove(); // no WebGL: the picture stays
      }
    },
    undefined,
    () => {},
  );
}
