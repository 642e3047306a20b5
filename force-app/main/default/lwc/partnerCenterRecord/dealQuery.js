import { gql } from 'lightning/graphql';

/** What hangs on a deal: questions, requests, solutions, contacts, team, and the state of the service. Variable: recordId. */
export const dealQuery = gql`
  query partnerCenterDeal($recordId: ID) {
    uiapi {
      query {
        questions: PC_Attention__c(
          where: { Opportunity__c: { eq: $recordId }, Status__c: { eq: "Open" } }
          orderBy: { Since__c: { order: ASC } }
          first: 20
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
        incoming: PC_Attention__c(where: { Kind__c: { eq: "match" }, Status__c: { eq: "Open" } }, first: 20) {
          edges {
            node {
              Id
              Kind__c {
                value
              }
              Opportunity__c {
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
              PC_Opportunity_Solutions__r(first: 50) @optional {
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
              OpportunityContactRoles(first: 10) @optional {
                edges {
                  node {
                    Id
                    IsPrimary {
                      value
                    }
                    Contact {
                      FirstName @optional {
                        value
                      }
                      LastName @optional {
                        value
                      }
                      Phone @optional {
                        value
                      }
                      Email @optional {
                        value
                      }
                    }
                  }
                }
              }
              OpportunityTeamMembers(first: 20) @optional {
                edges {
                  node {
                    Id
                    User {
                      FirstName @optional {
                        value
                      }
                      LastName @optional {
                        value
                      }
                      Phone @optional {
                        value
                      }
                      Email @optional {
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
