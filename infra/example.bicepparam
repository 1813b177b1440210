// An example. Copy it, change it, and deploy:
// az deployment sub create --location westeurope --template-file infra/main.bicep --parameters infra/example.bicepparam
using './main.bicep'

param environmentName = 'lamplighter'
param location = 'westeurope'

// This deployment's own subscription among them.
param subscriptionIds = [
  '00000000-0000-0000-0000-000000000001'
  '00000000-0000-0000-0000-000000000002'
]

param defaultZone = 'Europe/Lisbon'
param currency = 'EUR'

param settings = {
  DEFAULT_NOTICE: '15m'
  SCHEDULES: 'office-hours = Mon-Fri 08:00-19:00'
}

param alertEmails = [
  'platform@example.org'
]

param tags = {
  costCenter: '4711'
}
