using './clean.bicep'

param tags = {
  'lamp-schedule': 'Montag-Freitag 08:00-19:00'
  'lamp-idle': readEnvironmentVariable('IDLE', '60m')
}
