import { gql } from 'lightning/graphql';

/** The same without standard objects that an org may lack or hide: asked when the first one is refused. */
export const coreQuery = gql`
  query partnerCenterCore($recordId: ID) {
    uiapi {
      query {
        questions: PC_Attention__c(where: { Opportunity__c: { eq: $recordId }, Status__c: { eq: "Open" } }, first: 20) {
          edges {
            node {
              Id
              Kind__c {
                value
              }
              Field__c {
                value
              }
              Opportunity__c {
                value
              }
              Salesforce_Value__c {
                value
              }
              Salesforce_By__c {
                value
              }
              Partner_Center_Value__c {
                value
              }
              Partner_Center_By__c {
                value
              }
              Message__c {
                value
              }
              Cure__c {
                value
              }
              Cause__c {
                value
              }
              Suggestions__c {
                value
              }
              Since__c {
                value
              }
            }
          }
        }
        requests: PC_Request__c(
          where: { Opportunity__c: { eq: $recordId } }
          orderBy: { CreatedDate: { order: DESC } }
          first: 5
        ) {
          edges {
            node {
              Id
              Kind__c {
                value
              }
              Outcome__c {
                value
              }
              Message__c {
                value
              }
              Answered__c {
                value
              }
              CreatedDate {
                value
              }
            }
          }
        }
        deals: Opportunity(where: { Id: { eq: $recordId } }, first: 1) {
          edges {
            node {
              Id
              PC_Opportunity_Solutions__r(first: 50) {
                edges {
                  node {
                    Id
                    Solution_Id__c {
                      value
                    }
                    Quantity__c {
                      value
                    }
                    Solution__r {
                      Name {
                        value
                      }
                    }
                  }
                }
              }
            }
          }
        }
        connection: PC_Connection__c(where: { Key__c: { eq: "main" } }, first: 1) {
          edges {
            node {
              Id
              State__c {
                value
              }
              Heartbeat__c {
                value
              }
              Message__c {
                value
              }
              Settings__c {
                value
              }
            }
          }
        }
      }
    }
  }
`;
