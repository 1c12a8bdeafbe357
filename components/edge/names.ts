/** Where CloudFront takes its certificates and firewalls from, and where it and Route 53 write logs. */
export const EDGE_REGION = "us-east-1";

/** Of the load balancer, its security group and its target group. */
export const edgeName = (prefix: string): string => `${prefix}-edge`;

/** What owners of own domains point them to: stays when CloudFront's own name changes. */
export const shopsHost = (loadBalancerDomain: string): string => `shops.${loadBalancerDomain}`;

/** The name of the load balancer of the healthy region. */
export const originHost = (loadBalancerDomain: string): string => `origin.${loadBalancerDomain}`;
