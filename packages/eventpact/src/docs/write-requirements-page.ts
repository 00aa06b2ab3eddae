import { writeFileSync } from "node:fs";
import { requirements } from "../requirements/requirements.ts";
import { requirementsPage } from "./requirements-page.ts";

writeFileSync(new URL("../../../../docs/requirements.md", import.meta.url), requirementsPage(requirements));
