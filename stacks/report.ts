/** What a run's report needs to know of the program: which tenant and which provisioning step a resource belongs to. */
export { placeOf, STEPS, type BuildStep } from "../components/tenant/steps.ts";
