/** Types that hold data which nobody can make again, and what would be lost with one. */
export const DATA_TYPES: Readonly<Record<string, string>> = {
  "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault": "backups",
  "aws:backup/vault:Vault": "backups",
  "aws:cloudwatch/logGroup:LogGroup": "logs, which are evidence",
  "aws:dynamodb/table:Table": "its items",
  "aws:ebs/volume:Volume": "its blocks",
  "aws:ecr/repository:Repository": "the images that run, and those to go back to",
  "aws:efs/fileSystem:FileSystem": "its files",
  "aws:kms/key:Key": "all that it encrypts",
  "aws:kms/replicaKey:ReplicaKey": "all that it encrypts",
  "aws:rds/cluster:Cluster": "the database",
  "aws:rds/globalCluster:GlobalCluster": "the tie between the database and its copy",
  "aws:rds/instance:Instance": "the database",
  "aws:route53/zone:Zone": "its records, and the name servers that the registrar points to",
  "aws:s3/bucket:Bucket": "its objects",
  "aws:secretsmanager/secret:Secret": "a credential that something still uses",
};
