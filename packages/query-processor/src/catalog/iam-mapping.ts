/** One grant of AWS IAM GRANT, as it is stored. */

/** AWS IAM GRANT: who may log in as a role with a token. */
export interface IamMappingDescriptor {
  readonly kind: "iamMapping";
  readonly oid: number;
  /** Of an IAM role or user. */
  readonly arn: string;
  readonly role: number;
  readonly grantor: number;
}
