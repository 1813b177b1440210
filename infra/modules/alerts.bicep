// Alerts on Lamplighter's own log lines, all to one action group. The queries stand in infra/alerts.

@description('Names this installation.')
param environmentName string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Resource id of the Application Insights component they ask.')
param componentId string

@description('Mail addresses that alerts go to.')
param emails array

@description('How long without a sweep raises an alert.')
param sweepMissingAfter string

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${environmentName}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'lamplighter'
    enabled: true
    emailReceivers: [for (email, i) in emails: {
      name: 'email-${i}'
      emailAddress: email
      useCommonAlertSchema: true
    }]
  }
}

resource sweepMissing 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'lamplighter-sweep-missing-${environmentName}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Lamplighter: no sweep'
    description: 'No sweep has ended for a while. Nothing is stopped or started until one does. See docs/deploy.md, "See it work".'
    enabled: true
    severity: 1
    scopes: [
      componentId
    ]
    evaluationFrequency: 'PT15M'
    windowSize: sweepMissingAfter
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: loadTextContent('../alerts/sweep-missing.kql')
          timeAggregation: 'Count'
          operator: 'LessThan'
          threshold: 1
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: [
        actionGroup.id
      ]
    }
  }
}

resource sweepFailing 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'lamplighter-sweep-failing-${environmentName}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Lamplighter: sweeps fail'
    description: 'Two sweeps or more of the last half hour failed, or left something out: a subscription or workspace that could not be read, or a deadline.'
    enabled: true
    severity: 2
    scopes: [
      componentId
    ]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT30M'
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: loadTextContent('../alerts/sweep-failing.kql')
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 1
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: [
        actionGroup.id
      ]
    }
  }
}

resource actsFailing 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'lamplighter-acts-failing-${environmentName}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Lamplighter: acts fail'
    description: 'Azure refused a stop or a start, or one did not take effect. It is tried again as long as it is wanted.'
    enabled: true
    severity: 2
    scopes: [
      componentId
    ]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT30M'
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: loadTextContent('../alerts/acts-failing.kql')
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: [
        actionGroup.id
      ]
    }
  }
}

resource unreadableTags 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'lamplighter-unreadable-tags-${environmentName}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Lamplighter: tags that cannot be read'
    description: 'Machines whose tags cannot be read are left as they are until the tag is mended. The workbook lists each with its correction.'
    enabled: true
    severity: 3
    scopes: [
      componentId
    ]
    evaluationFrequency: 'PT1H'
    windowSize: 'PT1H'
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: loadTextContent('../alerts/unreadable-tags.kql')
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: [
        actionGroup.id
      ]
    }
  }
}
