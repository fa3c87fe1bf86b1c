/** The exceptions of the control plane's API, as the service's model has them. */

export type ErrorName =
  | "AccessDeniedException"
  | "ConflictException"
  | "InternalServerException"
  | "ResourceNotFoundException"
  | "ServiceQuotaExceededException"
  | "ValidationException";

const STATUS: Readonly<Record<ErrorName, number>> = {
  ValidationException: 400,
  ServiceQuotaExceededException: 402,
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  ConflictException: 409,
  InternalServerException: 500,
};

type Fields = Readonly<Record<string, unknown>>;

export class ControlPlaneError extends Error {
  override readonly name: ErrorName;
  /** Of the model, beside the message. */
  readonly fields: Fields;

  constructor(name: ErrorName, message: string, fields: Fields = {}) {
    super(message);
    this.name = name;
    this.fields = fields;
  }

  get status(): number {
    return STATUS[this.name];
  }
}

type ValidationReason =
  | "unknownOperation"
  | "cannotParse"
  | "fieldValidationFailed"
  | "deletionProtectionEnabled"
  | "other";

export function invalid(reason: ValidationReason, message: string): ControlPlaneError {
  return new ControlPlaneError("ValidationException", message, { reason });
}

export function invalidField(name: string, message: string): ControlPlaneError {
  return new ControlPlaneError("ValidationException", message, {
    reason: "fieldValidationFailed",
    fieldList: [{ name, message }],
  });
}

export function notFound(resourceType: string, resourceId: string): ControlPlaneError {
  const message = `The ${resourceType} ${resourceId} could not be found.`;
  return new ControlPlaneError("ResourceNotFoundException", message, { resourceId, resourceType });
}

export function conflict(resourceId: string, message: string): ControlPlaneError {
  const fields = { resourceId, resourceType: "cluster" };
  return new ControlPlaneError("ConflictException", message, fields);
}

export function tooManyClusters(): ControlPlaneError {
  return new ControlPlaneError(
    "ServiceQuotaExceededException",
    "You have reached the cluster limit.",
    {
      resourceId: "cluster",
      resourceType: "cluster",
      serviceCode: "dsql",
      quotaCode: "L-CLUSTERS",
    },
  );
}
