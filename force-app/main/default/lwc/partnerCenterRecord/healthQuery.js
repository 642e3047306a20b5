import { gql } from 'lightning/graphql';

/** The connection, what waits for people, and the last requests to the service. */
export const healthQuery = gql`
  query partnerCenterHealth {
    uiapi {
      query {
        connection: PC_Connection__c(where: { Key__c: { eq: "main" } }, first: 1) {
          edges {
            node {
              Id
              Version__c {
                value
              }
              Package_Version__c {
                value
              }
              State__c {
                value
              }
              Heartbeat__c {
                value
              }
              Backlog__c {
                value
              }
              Parked__c {
                value
              }
              Links__c {
                value
              }
              Oldest_Unsent__c {
                value
              }
              API_Used__c {
                value
              }
              API_Limit__c {
                value
              }
              Webhook_Owner__c {
                value
              }
              Webhook_State__c {
                value
              }
              Token_Age_Days__c {
                value
              }
              Last_Sweep__c {
                value
              }
              Message__c {
                value
              }
              Parked_Causes__c {
                value
              }
              Settings__c {
                value
              }
              Cadence__c {
                value
              }
            }
          }
        }
        questions: PC_Attention__c(
          where: { Status__c: { eq: "Open" } }
          orderBy: { Since__c: { order: ASC } }
          first: 50
        ) {
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
              Opportunity__r {
                Name {
                  value
                }
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
              Partner_Center_Value__c {
                value
              }
              Partner_Center_By__c {
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
        requests: PC_Service_Request__c(orderBy: { CreatedDate: { order: DESC } }, first: 5) {
          edges {
            node {
              Id
              Kind__c {
                value
              }
              Attention__c {
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
      }
    }
  }
`;
