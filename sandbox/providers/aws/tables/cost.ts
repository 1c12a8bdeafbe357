import { sourceOf, type Row } from "../row.ts";
import { isRecord } from "../../wire.ts";
import { textOf, type Draft } from "../draft.ts";

const nameOfExport = (draft: Draft): string => {
  const given = draft.map("export")["name"];
  return textOf(given);
};

export const cost: readonly Row[] = [
  {
    type: "aws:budgets/budget:Budget",
    source: sourceOf("budgets/budget"),
    replaceOn: ["accountId", "name", "namePrefix"],
    unique: ["name"],
    exists: (name) => `DuplicateRecordException: Error creating budget: ${name} - the budget already exists.`,
    autoname: "name",
    id: (draft) => `${draft.account}:${draft.text("name")}`,
    outputs: (draft) => ({ arn: draft.globalArn("budgets", `budget/${draft.text("name")}`), accountId: draft.account, timePeriodStart: "2026-01-01_00:00" }),
  },
  {
    type: "aws:costexplorer/anomalyMonitor:AnomalyMonitor",
    source: sourceOf("ce/anomaly_monitor"),
    replaceOn: ["monitorDimension", "monitorSpecification", "monitorType"],
    autoname: "name",
    id: (draft) => draft.globalArn("ce", `anomalymonitor/${draft.uuid()}`),
    outputs: (draft) => ({ arn: draft.id }),
  },
  {
    type: "aws:costexplorer/anomalySubscription:AnomalySubscription",
    source: sourceOf("ce/anomaly_subscription"),
    replaceOn: ["accountId", "name"],
    autoname: "name",
    id: (draft) => draft.globalArn("ce", `anomalysubscription/${draft.uuid()}`),
    outputs: (draft) => ({ arn: draft.id, accountId: draft.account }),
  },
  {
    type: "aws:costexplorer/costAllocationTag:CostAllocationTag",
    source: sourceOf("ce/cost_allocation_tag"),
    replaceOn: ["tagKey"],
    id: (draft) => draft.text("tagKey"),
    outputs: () => ({ type: "UserDefined" }),
  },
  {
    type: "aws:bcmdata/export:Export",
    source: sourceOf("bcmdataexports/export"),
    replaceOn: ["export.dataQueries.tableConfigurations"],
    // The service stands in us-east-1 alone.
    id: (draft) => `arn:aws:bcm-data-exports:us-east-1:${draft.account}:export/${nameOfExport(draft)}-${draft.uuid()}`,
    outputs: (draft) => ({ arn: draft.id }),
    forced: (draft) => (isRecord(draft.inputs["export"]) ? { export: { ...draft.inputs["export"], exportArn: draft.id } } : {}),
    nested: ["export.exportArn"],
  },
];
